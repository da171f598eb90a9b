// The page's thread is never busy for long while it trains, whatever the reader does.
import type { Browser, Page } from "@playwright/test";
import { expect, open, pause, test, train, voice } from "./page";
import { slowness, tasksDuring } from "./tasks";

/** Moves the pointer over the network and scrolls down and up, for some seconds. */
async function lookAround(page: Page): Promise<void> {
  const network = page.locator(".network-box");
  for (let n = 0; n < 16; n++) {
    await network.hover({ position: { x: 60 + 20 * n, y: 60 + 5 * n } });
    await page.mouse.wheel(0, n % 8 < 4 ? 200 : -200);
    await page.waitForTimeout(400);
  }
}

/** Scrolls slowly down the whole page, through all views. */
async function readOn(page: Page): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < height; y += 300) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(250);
  }
}

/**
 * Fails if in each of three attempts a task of the page's thread takes 50 ms, or more where the machine is slower than
 * usual. A task that is too long is so every time; what another program does to the machine passes.
 */
async function expectShortTasks(browser: Browser, page: Page, action: () => Promise<void>): Promise<void> {
  let longest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && longest >= 50; attempt++) {
    const before = await slowness(browser, page);
    const tasks = await tasksDuring(browser, page, action);
    const slow = Math.max(before, await slowness(browser, page));
    expect(tasks.length).toBeGreaterThan(100);
    longest = Math.max(...tasks) / slow;
    console.log(
      `the longest task: ${Math.max(...tasks).toFixed(1)} ms on a machine ${slow.toFixed(2)} times as slow as usual`,
    );
  }
  expect(longest).toBeLessThan(50);
}

test("no task takes 50 ms while it trains", { tag: "@alone" }, async ({ page, browser }) => {
  await open(page);
  await train(page).click();
  await expect(voice(page)).toHaveText(/^Training/);
  await expectShortTasks(browser, page, () => page.waitForTimeout(5000));
});

test("no task takes 50 ms while it trains, with every view open", { tag: "@alone" }, async ({ page, browser }) => {
  await open(page);
  await page.getByRole("button", { name: "Show me one" }).click();
  await page.getByRole("button", { name: "Predict all test images" }).click();
  await page.getByText("Strongest first").click();
  await expect(page.locator(".excited-image")).toHaveCount(9);
  await train(page).click();
  // Compilation and layout at the start of a run are not measured.
  await page.waitForTimeout(2000);
  await expectShortTasks(browser, page, async () => {
    await lookAround(page);
    await readOn(page);
  });
  await pause(page).click();
});

test("a task of 60 ms would be seen", { tag: "@alone" }, async ({ page, browser }) => {
  await open(page);
  const tasks = await tasksDuring(browser, page, () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) =>
          setTimeout(() => {
            for (const start = performance.now(); performance.now() - start < 600; );
            resolve();
          }),
        ),
    ),
  );
  // On a busy machine the thread gets at least a tenth of the 600 ms.
  expect(Math.max(...tasks)).toBeGreaterThanOrEqual(60);
});
