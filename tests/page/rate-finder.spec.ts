// The search for a learning rate: it draws a sweep, makes a suggestion that can be used, and leaves the run as it is.

import type { Page } from "@playwright/test";
import { faults, SIZES } from "./faults";
import { expect, fingerprint, open, test, train } from "./page";

const finder = (page: Page) => page.getByRole("dialog", { name: "Find a learning rate" });
const find = (page: Page) => page.getByRole("button", { name: "Find a rate", exact: true });
/** The learning rate of the next step, after the schedule. */
const rate = (page: Page) => page.evaluate(async () => (await window.lenet.status()).learning_rate);

test("the sweep suggests a rate, and one press sets it", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.configure({ learning_rate: 0.02 }));
  await page.evaluate(() => window.lenet.train({ steps: 5 }));
  const before = await fingerprint(page);
  const rateBefore = await rate(page);
  expect(rateBefore).toBeGreaterThan(0);
  await find(page).click();
  const use = finder(page).getByRole("button", { name: /^Use 0\.\d+$/ });
  await expect(use).toBeVisible();
  await expect(finder(page).getByRole("status")).toHaveText(/^Suggested: 0\.\d+, a tenth of the rate/);
  const suggested = Number((await use.innerText()).replace("Use ", ""));
  expect(suggested).toBeGreaterThan(5e-4);
  expect(suggested).toBeLessThan(0.05);
  await use.click();
  await expect(finder(page).getByRole("button", { name: `${suggested} is in use` })).toBeDisabled();
  await expect(page.locator(".rate output")).toHaveText(String(suggested));
  // The schedule scales both rates alike.
  await expect.poll(async () => (await rate(page)) / rateBefore).toBeCloseTo(suggested / 0.02, 4);
  expect(Math.abs(suggested - 0.02)).toBeGreaterThan(0.001);
  expect(await fingerprint(page)).toBe(before);
  expect((await page.evaluate(() => window.lenet.status())).step).toBe(5);
});

test("the console finds the same rate again, and losses that fall and rise", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1", optimizer: "sgd", weight_decay: 0.0005 }));
  const sweeps = await page.evaluate(async () => {
    const sweep = async () => {
      const { rates, losses, smoothed, suggestion } = await window.lenet.findLearningRate();
      return { rates: [...rates], losses: [...losses], smoothed: [...smoothed], suggestion };
    };
    return [await sweep(), await sweep()];
  });
  expect(sweeps[1]).toEqual(sweeps[0]);
  const { rates, losses, smoothed, suggestion } = sweeps[0] as (typeof sweeps)[number];
  expect([losses.length, smoothed.length]).toEqual([rates.length, rates.length]);
  expect(rates[0]).toBeCloseTo(1e-5, 9);
  const lowest = Math.min(...smoothed);
  expect(lowest).toBeLessThan(1.2);
  expect(smoothed.at(-1)).toBeGreaterThan(2 * lowest);
  expect(suggestion).toBeGreaterThan(0.005);
  expect(suggestion).toBeLessThan(0.2);
});

test("the bits are those of the native engine", async ({ page }) => {
  await open(page);
  const [fold, suggestion] = await page.evaluate(async () => {
    const { losses, smoothed, rates, suggestion } = await window.lenet.findLearningRate();
    const bits = [losses, smoothed, rates].flatMap((list) => [...new Uint32Array(Float32Array.from(list).buffer)]);
    return [bits.reduce((sum, each) => Math.imul(sum ^ each, 16_777_619) >>> 0, 2_166_136_261), suggestion];
  });
  // The numbers of tests/native/rate_finder.rs.
  expect([fold, suggestion]).toEqual([4_046_553_355, 0.0035]);
});

test("training goes on while it sweeps, and a later sweep takes the place of an earlier one", async ({ page }) => {
  await open(page);
  await train(page).click();
  await find(page).click();
  await page.keyboard.press("Escape");
  await expect(finder(page)).toBeHidden();
  const before = await page.evaluate(() => window.lenet.status());
  await find(page).click();
  await expect(finder(page).getByRole("status")).toHaveText(/^(Suggested|No rate)/);
  const { phase, step } = await page.evaluate(() => window.lenet.pause());
  expect([before.phase, phase]).toEqual(["training", "paused"]);
  expect(step).toBeGreaterThan(before.step);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("where the loss is NaN there is a sentence and no sweep", async ({ page }) => {
  await open(page);
  const message = await page.evaluate(async () => {
    const { lenet } = window;
    await lenet.configure({ optimizer: "sgd", schedule: "constant", learning_rate: 10, weight_decay: 1 });
    while ((await lenet.train({ steps: 20 })).phase !== "diverged");
    return window.lenet.findLearningRate().then(
      () => "",
      (error: Error) => error.message,
    );
  });
  expect(message).toBe("no learning rate can be found: the parameters are not finite any more");
});

for (const { name, ...size } of SIZES) {
  test(`axe has nothing to say: ${name}`, async ({ page }) => {
    await page.setViewportSize(size);
    await open(page);
    await find(page).click();
    await expect(finder(page).getByRole("button", { name: /^Use / })).toBeVisible();
    expect(await faults(page, "[popover]:popover-open")).toEqual([]);
    const box = await finder(page).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
  });
}
