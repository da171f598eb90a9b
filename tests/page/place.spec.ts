// The page as one place: at 1440×900 everything is in sight without scrolling, and legible.
import type { Page } from "@playwright/test";
import { launchOptions } from "./browser";
import { expect, open, openTool, test } from "./page";

const { args = [], ...rest } = launchOptions();
test.use({ launchOptions: { ...rest, args: [...args, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] } });

declare global {
  interface Window {
    /** The sizes of the letters written on canvases, in CSS pixels, by their text. */
    written: Map<string, number>;
  }
}

/** Notes what is written on every canvas. */
function watchText(): void {
  window.written = new Map();
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1]);
    // uPlot gives its canvas no scale, and its letters the screen's pixels.
    const ratio = this.getTransform().a === 1 ? devicePixelRatio : 1;
    if (text.trim() !== "") window.written.set(text, Math.min(window.written.get(text) ?? 1e3, size / ratio));
    fillText.call(this, text, ...place);
  };
}

/** The texts in sight that are smaller than this, in the page and on its canvases. */
const smallerThan = (page: Page, least: number) =>
  page.evaluate((limit) => {
    const found = [...window.written]
      .filter(([, size]) => size < limit)
      .map(([text, size]) => `canvas: ${text} ${size}`);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!element?.checkVisibility() || element.closest(".visually-hidden, svg, option")) continue;
      const { width, height } = element.getBoundingClientRect();
      if (!texts.currentNode.textContent?.trim() || width * height <= 1) continue;
      const clipped = getComputedStyle(element).clipPath !== "none";
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (size < limit && !clipped) found.push(`${element.className}: ${texts.currentNode.textContent} ${size}`);
    }
    return found;
  }, least);

const box = async (page: Page, selector: string) => {
  const found = await page.locator(selector).first().boundingBox();
  if (found === null) throw new Error(`${selector} is not there`);
  return found;
};

/** The sides of the pictures in a panel, in CSS pixels. */
const sides = (page: Page, panel: string) =>
  page
    .getByRole("region", { name: panel })
    .locator("[data-side]")
    .evaluateAll((boxes) => boxes.map((each) => Number((each as HTMLElement).dataset.side)));

test("at 1440×900 everything is in sight and legible", async ({ page }) => {
  await page.addInitScript(watchText);
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 100 }));
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900);
  for (const name of ["Run", "Network", "Chosen image and prediction", "Curves", "Filters", "Feature maps"]) {
    const region = page.getByRole("region", { name, exact: true });
    await expect(region.locator("canvas, button").first(), name).toBeInViewport({ ratio: 1 });
    expect(await region.evaluate((panel) => panel.scrollWidth - panel.clientWidth), name).toBeLessThanOrEqual(0);
  }
  for (const selector of [".pad-paper", "[data-answer]", ".plot.loss canvas", ".plot.accuracy canvas"]) {
    await expect(page.locator(selector), selector).toBeInViewport({ ratio: 1 });
  }
  for (const canvas of await page.locator(".filter-layer canvas, .maps .picture canvas").all()) {
    await expect(canvas).toBeInViewport({ ratio: 1 });
  }
  const { width, height } = await box(page, ".network-box");
  expect((width * height) / (1440 * 900)).toBeGreaterThanOrEqual(0.4);
  const [c1, c3] = await sides(page, "Filters");
  expect(c1).toBeGreaterThanOrEqual(36);
  expect(c3).toBeGreaterThanOrEqual(16);
  for (const layer of ["C1", "C3"]) {
    await page.getByRole("region", { name: "Feature maps" }).getByText(layer, { exact: true }).click();
    await expect.poll(async () => (await sides(page, "Feature maps"))[0], layer).toBeGreaterThanOrEqual(56);
    await expect(page.locator(".maps .picture canvas")).toBeInViewport({ ratio: 1 });
  }
  expect(await smallerThan(page, 12)).toEqual([]);
});

test("a unit clicked in the network shows its arithmetic beside it", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await page.locator(".network-box").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  for (const selector of [".network-box", ".inspector .equation >> nth=0", ".inspector .sum-value.strong"]) {
    await expect(page.locator(selector), selector).toBeInViewport({ ratio: 1 });
  }
  // Closed again, what had to make room is back.
  await page.getByRole("button", { name: "Close Inspector" }).click();
  await expect(page.getByRole("region", { name: "Filters" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Feature maps" })).toBeVisible();
});

test("on a laptop the network, the pad and the answer are whole, and a wide screen holds more tools", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1366, height: 657 });
  await open(page);
  for (const selector of [".network-box", ".pad-paper", "[data-answer]", ".tool-bar"]) {
    await expect(page.locator(selector), selector).toBeInViewport({ ratio: 1 });
  }
  await page.setViewportSize({ width: 2560, height: 1440 });
  for (const tool of ["Inspector", "Mistakes"]) await openTool(page, tool);
  await expect(page.locator(".tool")).toHaveCount(4);
});

test("on a projector everything is large, and one key brings the page back", async ({ page }) => {
  await page.addInitScript(watchText);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 100 }));
  await page.keyboard.press("p");
  await expect(page.getByRole("region", { name: "Run" })).toBeHidden();
  await expect(page.locator(".tool-bar")).toBeHidden();
  for (const selector of [".network-box", ".pad-paper", "[data-answer]", ".plot.accuracy canvas"]) {
    await expect(page.locator(selector), selector).toBeInViewport({ ratio: 1 });
  }
  await expect(page.locator(".plot.loss")).toBeHidden();
  // Only what is drawn from now on counts.
  await page.evaluate(() => window.written.clear());
  await page.evaluate(() => window.lenet.train({ steps: 30 }));
  await expect.poll(() => page.evaluate(() => window.written.has("C1"))).toBe(true);
  expect(await smallerThan(page, 36)).toEqual([]);
  const size = await page
    .locator("[data-answer]")
    .evaluate((digit) => Number.parseFloat(getComputedStyle(digit).fontSize));
  expect(size).toBeGreaterThanOrEqual(160);
  await page.keyboard.press("p");
  await expect(page.getByRole("region", { name: "Run" })).toBeVisible();
});
