// How much is painted in one frame while a network trains. `cargo xtask bench frames` measures how long it takes.
import type { Page } from "@playwright/test";
import { expect, open, pause, test, train } from "./page";

declare global {
  interface Window {
    /** For each frame, by its time, the pixels of the canvases that it has cleared, one after the other. */
    cleared: Map<number, number[]>;
  }
}

/** Without a GPU one frame paints everything, so the page is told that there is one. */
function pretendGpu(): void {
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    const value = getParameter.call(this, name);
    return /SwiftShader/.test(String(value)) ? "a GPU" : value;
  };
}

/** Every canvas is cleared before it is drawn. The curves are drawn by uPlot, at a time of its own. */
function watchCanvases(): void {
  window.cleared = new Map();
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...rectangle) {
    clearRect.apply(this, rectangle);
    if (this.canvas.closest(".uplot")) return;
    const frame = Number(document.timeline.currentTime);
    window.cleared.set(frame, [...(window.cleared.get(frame) ?? []), this.canvas.width * this.canvas.height]);
  };
}

const cleared = (page: Page) => page.evaluate(() => [...window.cleared.values()]);

/** The pixels of all canvases that differ in size: views that are in sight and have changed. */
const pixelsOf = (frames: number[][]) => [...new Set(frames.flat())].reduce((sum, pixels) => sum + pixels, 0);

test("a frame paints some views and leaves the rest to the next", async ({ page }) => {
  await page.addInitScript(pretendGpu);
  await page.addInitScript(watchCanvases);
  await page.setViewportSize({ width: 1440, height: 2400 });
  await open(page);
  await train(page).click();
  // Together the views in sight are more than one frame paints.
  await expect.poll(async () => pixelsOf(await cleared(page))).toBeGreaterThan(1_000_000);
  await pause(page).click();
  for (const pictures of await cleared(page)) {
    const before = pictures.slice(0, -1).reduce((sum, pixels) => sum + pixels, 0);
    expect(before).toBeLessThan(400_000);
  }
});
