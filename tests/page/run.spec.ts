// Controlling a run: steps, settings, reset, presets, and recovering from divergence.
import { everything, expect, figure, fingerprint, open, pause, reset, step, test, train, voice } from "./page";

test("Step does one mini-batch, by button and by key", async ({ page }) => {
  await open(page);
  await step(page).click();
  await expect(figure(page, "Step")).toHaveText("1");
  await page.keyboard.press(".");
  await expect(figure(page, "Step")).toHaveText("2");
  await expect(voice(page)).toHaveText(/^Paused at step 2/);
});

test("the space bar trains and pauses", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Space");
  await expect(pause(page)).toBeVisible();
  await page.keyboard.press("Space");
  await expect(train(page)).toBeVisible();
  expect((await page.evaluate(() => window.lenet.status())).phase).toBe("paused");
});

test("Reset repeats the run exactly", async ({ page }) => {
  await open(page);
  const start = await fingerprint(page);
  await page.evaluate(() => window.lenet.train({ steps: 40 }));
  const once = await fingerprint(page);
  await reset(page).click();
  await expect(figure(page, "Step")).toHaveText("0");
  expect(await fingerprint(page)).toBe(start);
  await page.evaluate(() => window.lenet.train({ steps: 40 }));
  expect(await fingerprint(page)).toBe(once);
  expect(once).not.toBe(start);
});

test("Reset in the middle of training leaves nothing of the old run", async ({ page }) => {
  await open(page);
  const losses = await page.evaluate(async () => {
    const left: (number | null)[] = [];
    for (let steps = 1; steps < 300; steps += 23) {
      window.lenet.train();
      while ((await window.lenet.status()).step < steps);
      left.push((await window.lenet.reset()).train_loss);
    }
    return left;
  });
  expect(losses).toEqual(losses.map(() => null));
  await expect(figure(page, "Training loss")).toHaveText("–");
});

test("the learning-rate slider changes the run without resetting it", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 5 }));
  const before = await fingerprint(page);
  const rate = () => page.locator(".rate output").innerText();
  const rateBefore = Number(await rate());
  await page.getByRole("slider", { name: "Learning rate", exact: true }).press("ArrowRight");
  await expect.poll(async () => Number(await rate())).toBeGreaterThan(rateBefore);
  expect(await fingerprint(page)).toBe(before);
  await step(page).click();
  await expect(figure(page, "Step")).toHaveText("6");
  const changed = await fingerprint(page);

  // The same six steps at the old rate give other parameters: the change took effect at the next step.
  await page.evaluate(async (learning_rate) => {
    await window.lenet.configure({ learning_rate });
    await window.lenet.train({ steps: 6 });
  }, rateBefore);
  expect(await fingerprint(page)).not.toBe(changed);
});

test("a divergence is reported with its step, and Reset recovers", async ({ page }) => {
  await open(page);
  // This decay multiplies every weight by −9 at each step.
  await page.evaluate(() =>
    window.lenet.configure({ optimizer: "sgd", schedule: "constant", learning_rate: 10, weight_decay: 1 }),
  );
  await train(page).click();
  await expect(voice(page)).toContainText(/step \d+/);
  await expect(voice(page)).toContainText("learning rate");
  await expect(voice(page)).toContainText("Press Reset to begin again.");
  await expect(train(page)).toBeDisabled();
  expect((await page.evaluate(() => window.lenet.status())).phase).toBe("diverged");
  await page.locator(".status-line").getByRole("button", { name: "Reset" }).click();
  await expect(voice(page)).toHaveText(/^Press Train/);
  await expect(train(page)).toBeEnabled();
  await page.evaluate(() => window.lenet.configure({}));
  const status = await page.evaluate(() => window.lenet.train({ steps: 10 }));
  expect(status.train_loss).toBeGreaterThan(0);
});

test("another network keeps the changed settings, and the address has both", async ({ page }) => {
  await open(page, "./#seed=7");
  expect((await page.evaluate(() => window.lenet.status())).seed).toBe(7);
  await page.getByRole("combobox", { name: "Network" }).selectOption("nielsen1");
  await expect.poll(() => page.evaluate(() => window.lenet.status().then(({ preset }) => preset))).toBe("nielsen1");
  expect((await page.evaluate(() => window.lenet.status())).seed).toBe(7);
  await expect(page).toHaveURL(/#preset=nielsen1&seed=7$/);
  await page.reload();
  await page.evaluate(() => window.lenet.ready);
  expect((await page.evaluate(() => window.lenet.status())).seed).toBe(7);
  await expect(page.getByRole("combobox", { name: "Network" })).toHaveValue("nielsen1");
});

test("a setting that is refused is refused with a sentence, and stays as it was", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Settings" }).click();
  const size = page.getByRole("dialog", { name: "Settings" }).getByRole("spinbutton", { name: "batch" });
  const value = await size.inputValue();
  const before = await everything(page);
  await size.fill("0");
  await size.press("Enter");
  await expect(page.getByRole("alert")).toContainText("batch_size cannot be 0: give a whole number from 1 to");
  await expect(size).toHaveValue(value);
  expect(await everything(page)).toEqual(before);
});

test("earlier runs stay visible until they are cleared", async ({ page }) => {
  await open(page);
  for (const _ of [1, 2]) {
    await step(page).click();
    await expect(figure(page, "Step")).toHaveText("1");
    await reset(page).click();
    await expect(figure(page, "Step")).toHaveText("0");
  }
  const runs = page.getByRole("list", { name: "Runs on show" }).getByRole("listitem");
  await expect(runs).toHaveCount(3);
  await page.getByRole("button", { name: "Clear old runs" }).click();
  await expect(runs).toHaveCount(0);
});
