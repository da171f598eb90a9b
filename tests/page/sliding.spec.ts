// Read a number: the network slides over a wide paper, its scores lie under the ink, and the digits are read from them.
import type { Page } from "@playwright/test";
import { DIGITS, drawOn, expect, open, test } from "./page";

const panel = (page: Page) => page.getByRole("region", { name: "Read a number" });
const paper = (page: Page) => page.getByRole("application", { name: /Paper for a number/ });
const scores = (page: Page) => page.getByRole("application", { name: /Score map/ });
const reading = (page: Page) => panel(page).locator(".reading");

/** Writes these digits side by side with the mouse, each in its box of about three fifths of the paper's height. */
async function write(page: Page, digits: number[], lift = (_: number) => 0): Promise<void> {
  for (const [n, digit] of digits.entries())
    await drawOn(page, paper(page), DIGITS[digit] ?? [], ([x, y], { height }) => [
      height * (0.3 + 0.75 * n + 0.36 * x),
      height * (0.2 + lift(n) + 0.55 * y),
    ]);
}

test("written digits are read, also on an uneven line; undo and clear", async ({ page }) => {
  await open(page, "./#tools=number");
  await page.evaluate(() => window.lenet.loadTrained());
  await paper(page).scrollIntoViewIfNeeded();
  await expect(reading(page)).toHaveText("7 2 1 0 4"); // the example: the first test images
  await panel(page).getByRole("button", { name: "Example" }).click();
  await expect(reading(page)).toHaveText("1 4 9 5 9");

  await write(page, [1, 7, 4, 0, 2]);
  await expect(reading(page)).toHaveText("1 7 4 0 2");
  await panel(page).getByRole("button", { name: "Clear the paper" }).click();
  await expect(reading(page)).toHaveText("–");
  await write(page, [3, 5, 0, 7], (n) => (n % 2 === 0 ? -0.1 : 0.12));
  await expect(reading(page)).toHaveText("3 5 0 7");
  await paper(page).press("Control+z");
  await expect(reading(page)).toHaveText("3 5 0");
  await paper(page).press("Delete");
  await expect(reading(page)).toHaveText("–");
});

test("the score map has at each place the network's scores of the crop there", async ({ page }) => {
  await open(page, "./#tools=number");
  const apart = await page.evaluate(async () => {
    await window.lenet.configure({ preset: "nielsen1" });
    await window.lenet.train({ steps: 20 });
    const [height, width] = [32, 70];
    const pixels = Uint8Array.from({ length: height * width }, (_, i) => (i * i * 7 + (i % 13) * 40) % 256);
    const slide = await window.lenet.slide({ pixels, height, width });
    let most = 0;
    for (let row = 0; row < slide.rows; row++) {
      for (let column = 0; column < slide.columns; column++) {
        const crop = Uint8Array.from({ length: 784 }, (_, i) => {
          const [y, x] = [row * slide.stride + Math.floor(i / 28), column * slide.stride + (i % 28)];
          return pixels[y * width + x] ?? 0;
        });
        const probabilities = await window.lenet.classify(crop);
        for (const [digit, probability] of probabilities.entries()) {
          const score = slide.scores[(digit * slide.rows + row) * slide.columns + column] ?? Number.NaN;
          most = Math.max(most, Math.abs(score - probability));
        }
      }
    }
    return { most, places: [slide.rows, slide.columns], stride: slide.stride };
  });
  expect(apart.places).toEqual([3, 22]);
  expect(apart.stride).toBe(2);
  expect(apart.most).toBeLessThan(1e-5);
});

test("the keys walk over the scores, and what is shown is the network's own number", async ({ page }) => {
  await open(page, "./#tools=number");
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1" }));
  await write(page, [7, 1]);
  await scores(page).focus();
  await page.keyboard.press("ArrowRight"); // the first key only shows the current place
  const sign = panel(page).locator(".tip");
  const place = async () => Number(/at place (\d+)/.exec(await sign.innerText())?.[1]);
  await expect(sign).toBeVisible();
  const first = await place();
  await page.keyboard.press("ArrowRight");
  await expect.poll(place).toBe(first + 1);
  await expect(sign).toHaveText(/^\d at place \d+ of \d+, row \d+ of \d+\d+\.\d\s%$/);
  // The window drawn beside it is the network's input. The sign and the window follow the last stroke.
  const apart = () =>
    page.evaluate(async () => {
      const sign = document.querySelector(".sliding .tip");
      const digit = Number(sign?.textContent?.[0]);
      const percent = Number(sign?.querySelector("b")?.textContent?.replace(/[^\d.]/g, ""));
      const canvas = document.querySelector<HTMLCanvasElement>(".sliding-window canvas");
      const grey = canvas
        ?.getContext("2d")
        ?.getImageData(0, 0, 28, 28)
        .data.filter((_, i) => i % 4 === 0);
      const probabilities = await window.lenet.classify(Uint8Array.from(grey ?? []));
      return Math.abs(percent - 100 * (probabilities[digit] as number));
    });
  await expect.poll(apart).toBeLessThan(0.4); // greys are bytes there
});

test("it follows training, and a network that cannot slide says why", async ({ page }) => {
  await open(page, "./#tools=number");
  await paper(page).scrollIntoViewIfNeeded();
  await expect(panel(page)).toContainText("one place for every 4 pixels");
  const before = await reading(page).textContent();
  await page.evaluate(() => window.lenet.loadTrained());
  await expect(reading(page)).toHaveText("7 2 1 0 4");
  expect(before).not.toBe("7 2 1 0 4");
  await page.evaluate(() => {
    const conv = {
      type: "conv",
      filters: 4,
      size: 3,
      stride: 1,
      padding: 1,
      activation: "relu",
      connections: "all",
    } as const;
    return window.lenet.configure({ layers: [conv, conv, { type: "dense", units: 10, activation: "none" }] });
  });
  await expect(panel(page)).toContainText("C2 cannot slide: padding 1 puts zeros around the maps of every digit");
  await expect(scores(page)).toBeHidden();
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen2" }));
  await expect(scores(page)).toBeVisible();
});

test("an invalid canvas is refused", async ({ page }) => {
  await open(page, "./#tools=number");
  const refusal = (call: string) =>
    page.evaluate((text) => new Function("lenet", `return lenet.${text}`)(window.lenet).catch(String), call);
  expect(await refusal("slide({ pixels: [1, 2, 3], height: 28, width: 28 })")).toContain("with 3 numbers");
  expect(await refusal("slide({ pixels: new Float32Array(400), height: 20, width: 20 })")).toContain("too small");
  expect(await refusal("slide([[[1]]])")).toContain("list of strokes");
});
