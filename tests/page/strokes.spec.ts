// Strokes on the pad and on the wide paper: what they end with, what lies outside, and a finger that wants to scroll.
import type { Locator, Page } from "@playwright/test";
import { answer, expect, open, pad, test } from "./page";
import { ON_ITS_SIDE, scrolled, swipe, toMiddle } from "./touch";

const wide = (page: Page) => page.getByRole("application", { name: /Paper for a number/ });
/** What is on a paper, as the picture of its canvas. */
const picture = (paper: Locator) => paper.locator("canvas").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Moves the mouse to a place on the paper, in shares of its size. */
async function move(page: Page, paper: Locator, x: number, y: number): Promise<void> {
  const box = (await paper.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
}

async function stroke(page: Page, paper: Locator, points: [number, number][]): Promise<void> {
  for (const [i, [x, y]] of points.entries()) {
    await move(page, paper, x, y);
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

for (const [name, of] of [
  ["the pad", pad],
  ["the wide paper", wide],
] as const) {
  test(`${name}: undo and clear during a stroke, and a release that is never heard`, async ({ page }) => {
    await open(page, "./#tools=number");
    const paper = of(page);
    await paper.scrollIntoViewIfNeeded();
    await paper.click();
    await paper.press("Delete");
    await stroke(page, paper, [
      [0.3, 0.2],
      [0.3, 0.8],
    ]);
    const one = await picture(paper);
    await move(page, paper, 0.6, 0.3);
    await page.mouse.down();
    await move(page, paper, 0.6, 0.5);
    expect(await picture(paper)).not.toBe(one);
    await page.keyboard.press("Control+z");
    await move(page, paper, 0.6, 0.8);
    await page.mouse.up();
    await expect.poll(() => picture(paper), "undo during a stroke").toBe(one);

    // The release happens where the page does not hear it.
    await page.evaluate(() => {
      for (const type of ["pointerup", "lostpointercapture"])
        addEventListener(type, (event) => event.stopImmediatePropagation(), { capture: true, once: true });
    });
    await move(page, paper, 0.6, 0.3);
    await page.mouse.down();
    await page.mouse.up();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    const two = await picture(paper);
    await move(page, paper, 0.8, 0.8);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await picture(paper), "a pen that was lifted unheard").toBe(two);

    await page.mouse.down();
    await move(page, paper, 0.8, 0.4);
    await page.keyboard.press("Delete");
    await move(page, paper, 0.8, 0.2);
    await page.mouse.up();
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await expect.poll(() => picture(paper), "clear during a stroke").toBe(two);
  });
}

test("what leaves the pad is not drawn, and a 1 stays a 1", async ({ page }) => {
  await open(page, "./#tools=number");
  await page.evaluate(() => window.lenet.loadTrained());
  await stroke(page, pad(page), [
    [0.5, 0.1],
    [0.48, 0.9],
    [0.48, 1.2],
    [0.9, 1.2],
    [1.3, 0.8],
  ]);
  await expect(answer(page)).toHaveText("1");
  // The last line, as in the picture, touches the lower edge and nothing else.
  const edges = await pad(page)
    .locator("canvas")
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data, width, height } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
        ...([0, 0, canvas.width, canvas.height] as const),
      );
      const lit = (x: number, y: number) => (data[4 * (y * width + x)] ?? 0) > 128;
      return [...Array(height).keys()].some((y) => lit(width - 1, y) || lit(0, y));
    });
  expect(edges).toBe(false);
});

test.describe("on a phone on its side", () => {
  test.use(ON_ITS_SIDE);

  test("a finger scrolls past the wide paper, and writes there after a tap", async ({ page }) => {
    await open(page, "./#tools=number");
    const paper = wide(page);
    await toMiddle(paper);
    await expect(page.locator(".reading")).toHaveText(/\d/); // the example is on the paper
    const example = await picture(paper);
    let before = await scrolled(page);
    await swipe(page, paper);
    await expect.poll(() => scrolled(page), "past the paper").toBeGreaterThan(before + 20);
    expect(await picture(paper)).toBe(example);

    await toMiddle(paper);
    await paper.tap();
    await expect(paper).toBeFocused();
    before = await scrolled(page);
    await swipe(page, paper);
    await expect.poll(() => picture(paper), "after a tap").not.toBe(example);
    expect(await scrolled(page)).toBe(before);
  });

  test("a finger on the pad draws and never scrolls the page away", async ({ page }) => {
    await open(page, "./#tools=number");
    await toMiddle(pad(page));
    const [before, empty] = [await scrolled(page), await picture(pad(page))];
    await swipe(page, pad(page));
    await expect.poll(() => picture(pad(page))).not.toBe(empty);
    expect(await scrolled(page)).toBe(before);
  });
});
