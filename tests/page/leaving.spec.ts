// A run that was trained for longer than a minute and not saved is not lost by a slip of the hand.
import type { Page } from "@playwright/test";
import { beforeWorker, CLOCK, forward } from "./clock";
import { expect, figure, fingerprint, open, reset, test } from "./page";

/** The pad has such a button too. */
const undo = (page: Page) => page.locator(".notice").getByRole("button", { name: "Undo", exact: true });
/** Whether the browser would ask before the page is left. */
const asks = (page: Page) =>
  page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));

/** Opens the page and trains a run that counts as one of this many seconds. */
async function trainFor(page: Page, seconds: number): Promise<void> {
  await beforeWorker(page, CLOCK);
  await open(page);
  await page.evaluate(() => window.lenet.configure({ backend: "cpu", workers: 1, seed: 4, preset: "nielsen1" }));
  await goOn(page, seconds);
}

async function goOn(page: Page, seconds: number): Promise<void> {
  const step = () => page.evaluate(() => window.lenet.status().then((status) => status.step));
  const before = await step();
  await page.evaluate(() => void window.lenet.train());
  await expect.poll(step).toBeGreaterThan(before);
  await forward(page, seconds);
  await page.evaluate(() => window.lenet.pause());
}

/** The ways in which one run takes the place of another. */
const WAYS: Record<string, (page: Page) => Promise<unknown>> = {
  Reset: (page) => reset(page).click(),
  "another preset": (page) => page.getByRole("combobox", { name: "Network" }).selectOption("lenet5"),
  "a link": (page) => page.evaluate(() => location.assign("#preset=lenet5_1998")),
  "the console": (page) => page.evaluate(() => window.lenet.configure({ seed: 9 })),
  "the trained network": (page) => page.evaluate(() => window.lenet.loadTrained()),
};

test("a long run that another replaces is brought back by Undo, to the bit", async ({ page }) => {
  await trainFor(page, 61);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  const run = await fingerprint(page);
  const status = () => page.evaluate(() => window.lenet.status());
  const { step, preset, seed } = await status();
  const curves = page.getByRole("list", { name: "Runs on show" }).getByRole("listitem");
  for (const [way, replace] of Object.entries(WAYS)) {
    await replace(page);
    await expect(page.getByRole("alert"), way).toContainText(/after 1 minute of training, was not saved/);
    expect(await fingerprint(page), way).not.toBe(run);
    await undo(page).click();
    await expect(undo(page)).toBeHidden();
    await expect.poll(async () => (await status()).step, way).toBe(step);
    expect(await status(), way).toMatchObject({ preset, seed, phase: "paused" });
    expect(await fingerprint(page), way).toBe(run);
    // It can be lost again, and its curve is the one that it had.
    await expect.poll(() => asks(page), way).toBe(true);
    await expect(curves, way).toHaveCount(0);
  }
  await page.evaluate(() => window.lenet.train({ steps: 1 }));
  await expect(figure(page, "Step")).toHaveText(new Intl.NumberFormat("en-US").format(step + 1));
});

test("leaving asks only for a long run that was not saved", async ({ page }) => {
  await trainFor(page, 30);
  expect(await asks(page)).toBe(false);
  await reset(page).click();
  await expect(figure(page, "Step")).toHaveText("0");
  await expect(undo(page)).toBeHidden();
  await goOn(page, 61);
  await expect.poll(() => asks(page)).toBe(true);
  await page.evaluate(() => window.lenet.save("onnx")); // without the run
  expect(await asks(page)).toBe(true);
  await page.evaluate(() => window.lenet.save());
  await expect.poll(() => asks(page)).toBe(false);
  await goOn(page, 30);
  expect(await asks(page)).toBe(false);
  await goOn(page, 31);
  await expect.poll(() => asks(page)).toBe(true);
});
