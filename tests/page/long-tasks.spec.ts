// The page's thread is never busy for long while it trains, whatever one does meanwhile.
import type { Page } from "@playwright/test";
import { expect, open, pause, test, train } from "./page";

/** From here every task of 50 ms and more is noted: how long, and what the browser says of it. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { longTasks: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(duration);
    }).observe({ type: "longtask" });
  });
}

/** Those so far. */
const longTasks = (page: Page) => page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);

/** Moves over the network and down the page and back, for some three seconds. */
async function lookAround(page: Page): Promise<void> {
  const network = page.locator(".network-box");
  for (let n = 0; n < 8; n++) {
    await network.hover({ position: { x: 60 + 40 * n, y: 60 + 10 * n } });
    await page.mouse.wheel(0, n < 4 ? 200 : -200);
    await page.waitForTimeout(400);
  }
}

test("no task takes 50 ms while it trains, with every view open", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Show me one" }).click();
  await page.getByRole("button", { name: "Look through all test images" }).click();
  await page.getByText("Strongest first").click();
  await expect(page.locator(".excited-image")).toHaveCount(9);
  await train(page).click();
  // What a first run compiles and lays out is the start's and not training's.
  await page.waitForTimeout(2000);
  await watch(page);
  // A task also takes long where something else has the core; that does not happen every time, and what is ours does.
  const rounds: number[][] = [];
  for (let before = 0; rounds.length < 3 && rounds.at(-1)?.length !== 0; ) {
    await lookAround(page);
    const all = await longTasks(page);
    rounds.push(all.slice(before).map(Math.round));
    before = all.length;
  }
  expect(rounds.at(-1), `tasks, in ms: ${JSON.stringify(rounds)}`).toEqual([]);
  await pause(page).click();
});

test("a task of 60 ms would be seen", async ({ page }) => {
  await open(page);
  await watch(page);
  await page.evaluate(() => {
    setTimeout(() => {
      for (const start = performance.now(); performance.now() - start < 60; );
    });
  });
  // Beside it there may be one of the page's start.
  await expect.poll(async () => (await longTasks(page)).some((duration) => duration >= 60)).toBe(true);
});
