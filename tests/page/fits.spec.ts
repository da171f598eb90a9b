// On every screen nothing covers anything, nothing is cut off, and the answer is in sight with the pad.
import type { Page } from "@playwright/test";
import { geometryFaults, hands, resize } from "./geometry";
import { expect, open, test } from "./page";

/** The largest comes first: what it made high must become low again. */
const SIZES = [
  [2560, 1440],
  [320, 560],
  [390, 844],
  [600, 560],
  [768, 1024],
  [844, 560],
  [999, 657],
  [1024, 560],
  [1100, 720],
  [1280, 720],
  [1366, 657],
  [1366, 768],
  [1440, 789],
  [1440, 900],
  [1536, 730],
  [1720, 560],
  [1920, 1080],
] as const;

const softly = expect.configure({ soft: true });

/** Together they are all tools. Only on wide windows two of them stand side by side. */
const PAIRS = [["filters", "maps"], ["inspector"], ["mistakes", "ensemble"], ["number", "preprocessing"], ["layers"]];

for (const font of [16, 32]) {
  test(`nothing covers anything and nothing is cut off, with letters of ${font} px`, async ({ page }) => {
    await open(page, "./#tools=maps,inspector");
    await page.evaluate(() => window.lenet.train({ steps: 100 }));
    await page.getByRole("button", { name: "Show me one" }).click();
    await page.evaluate(() => location.assign("#tools=mistakes"));
    await page.getByRole("button", { name: "Predict them all now" }).click();
    await expect(page.locator(".mistakes-worst button").first()).toBeVisible();
    for (const [i, [width, height]] of SIZES.entries()) {
      const size = `${width}×${height}`;
      await resize(page, width, height, font);
      const { top, bottom, height: tall, bars, network } = await hands(page);
      if (width >= 1024) {
        expect.soft(top, `${size}: the pad's top`).toBeGreaterThanOrEqual(0);
        expect.soft(bottom, `${size}: the answer`).toBeLessThanOrEqual(height);
        if (font === 16) expect.soft(bars, `${size}: the bars`).toBeLessThanOrEqual(height);
        // On a laptop the network is whole as well.
        if (font === 16 && width >= 1280 && height >= 657)
          expect.soft(network, `${size}: the network`).toBeLessThanOrEqual(height);
      }
      expect.soft(tall, `${size}: pad and answer in one screen`).toBeLessThanOrEqual(height);
      // Every size has the first tools and some of the others, and every tool comes at several sizes.
      for (const tools of [PAIRS[0], PAIRS[1 + (i % 4)]] as string[][]) {
        for (const shown of width < 1000 ? tools : [tools.join()]) {
          await show(page, shown);
          await resize(page, width, height, font);
          // Canvases follow their rooms some frames later.
          await softly
            .poll(() => geometryFaults(page), { message: `${size} with ${shown}`, timeout: 20_000 })
            .toEqual([]);
        }
      }
    }
  });
}

/** Opens these tools by the address, and waits until they are there. */
async function show(page: Page, tools: string): Promise<void> {
  await page.evaluate((names) => location.assign(`#tools=${names}`), tools);
  const last = tools.split(",").at(-1);
  await expect(page.locator(`.${last}-panel h2`).first()).toBeVisible();
}

test("a panel that opens over the page is whole on a small screen", async ({ page }) => {
  await open(page);
  for (const [width, height, font] of [
    [320, 560, 16],
    [844, 390, 16],
    [1024, 560, 32],
  ] as const) {
    await resize(page, width, height, font);
    for (const name of ["Save and open", "Settings"]) {
      await page.getByRole("button", { name, exact: true }).click();
      const panel = page.getByRole("dialog", { name, exact: true });
      const box = await panel.boundingBox();
      expect(box?.y, `${name} at ${width}×${height}`).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 0) + (box?.height ?? 0), `${name} at ${width}×${height}`).toBeLessThanOrEqual(height);
      expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth), name).toBeLessThanOrEqual(0);
      await page.keyboard.press("Escape");
    }
  }
});
