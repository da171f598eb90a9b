// Several workers compute the same bits as one, with shared memory and without, even if some of them fail.
import type { Page } from "@playwright/test";
import { beforeWorker, CLOCK, forward } from "./clock";
import { everything, expect, open, test, withoutIsolation } from "./page";

interface Outcome {
  /** All parameters as one string. */
  bits: string;
  workers: number;
  step: number;
}

/** Begins a run on the CPU. Its helpers have a little time to start; without them the bits are the same. */
async function begin(page: Page, workers: number): Promise<void> {
  await page.evaluate((workers) => window.lenet.configure({ backend: "cpu", workers, batch_size: 50 }), workers);
  await page.evaluate(() => window.lenet.train({ steps: 10 }));
  await page.waitForTimeout(500);
}

/** Trains for some steps, and returns the outcome. */
function goOn(page: Page, steps: number): Promise<Outcome> {
  return page.evaluate(async (steps) => {
    const { workers, step } = await window.lenet.train({ steps });
    const parameters = await window.lenet.parameters();
    const bits = parameters.map(({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length).join());
    return { bits: bits.join(), workers, step };
  }, steps);
}

/** A run of 40 steps. */
async function run(page: Page, workers: number): Promise<Outcome> {
  await begin(page, workers);
  return goOn(page, 30);
}

for (const isolated of [true, false]) {
  test(`one, two and four workers compute the same bits, ${isolated ? "with" : "without"} shared memory`, async ({
    page,
  }) => {
    if (!isolated) await withoutIsolation(page);
    await open(page);
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(isolated);
    const alone = await run(page, 1);
    expect(alone).toMatchObject({ workers: 1, step: 40 });
    for (const workers of [2, 4]) expect(await run(page, workers)).toEqual({ ...alone, workers });
  });

  test(`a helper that dies is replaced, ${isolated ? "with" : "without"} shared memory`, async ({ page }) => {
    if (!isolated) await withoutIsolation(page);
    const hired = await watchHelpers(
      page,
      "(helper) => { self.last = helper; self.started = false; helper.addEventListener('message', () => { self.started = true; }); }",
    );
    await open(page);
    const before = hired.count; // the helpers of the page's start
    await begin(page, 2);
    const worker = page.workers()[0];
    await expect.poll(() => worker?.evaluate("self.started")).toBe(true);
    await worker?.evaluate("self.last.terminate()");
    // Chromium lets a busy worker live for up to two seconds.
    let outcome = await goOn(page, 30);
    while (hired.count - before < 2) outcome = await goOn(page, 30);
    await begin(page, 1);
    expect(await goOn(page, outcome.step - 10)).toEqual({ ...outcome, workers: 1 });
    expect(outcome.workers).toBe(2);
  });
}

test("workers of an isolated page without SharedArrayBuffer send messages", async ({ page }) => {
  const remove = "delete self.SharedArrayBuffer";
  await page.addInitScript(remove);
  await beforeWorker(page, remove);
  await open(page);
  expect(await page.evaluate(() => [crossOriginIsolated, "SharedArrayBuffer" in self])).toEqual([true, false]);
  const alone = await run(page, 1);
  expect(await run(page, 2)).toEqual({ ...alone, workers: 2 });
});

test("without helpers the run continues alone, and the page says so", async ({ page }) => {
  const hired = await watchHelpers(page, "(helper) => { helper.onerror(new Event('error', { cancelable: true })); }");
  await open(page);
  const alone = await run(page, 1);
  const before = hired.count;
  expect(await run(page, 2)).toEqual(alone);
  expect(hired.count - before).toBe(4); // the first, and three replacements
  await expect(page.getByText(/CPU · SIMD · 1 worker$/).first()).toBeVisible();
});

for (const isolated of [true, false]) {
  const how = isolated ? "with" : "without";
  test(`a helper that was given up comes back, ${how} shared memory`, async ({ page }) => {
    if (!isolated) await withoutIsolation(page);
    // Until the clock is turned, every helper fails.
    const hired = await watchHelpers(
      page,
      "(helper) => { if (self.ahead === 0) helper.onerror(new Event('error', { cancelable: true })); }",
    );
    await open(page);
    const alone = await run(page, 2);
    expect(alone.workers).toBe(1);
    const before = hired.count;
    await goOn(page, 10);
    expect(hired.count).toBe(before);
    await forward(page, 31);
    let outcome = await goOn(page, 10);
    expect(hired.count).toBe(before + 1);
    // It counts when it has started.
    while (outcome.workers < 2) outcome = await goOn(page, 10);
    expect(outcome.workers).toBe(2);
    await begin(page, 1);
    expect(await goOn(page, outcome.step - 10)).toEqual({ ...outcome, workers: 1 });
  });

  test(`a helper that dies before its first message is replaced, ${how} shared memory`, async ({ page }) => {
    if (!isolated) await withoutIsolation(page);
    const hired = await watchHelpers(page, "(helper) => { if (self.ahead === 0) helper.terminate(); }", "sync");
    await open(page);
    await begin(page, 2);
    const before = hired.count;
    await forward(page, 21);
    const outcome = await goOn(page, 30);
    expect(hired.count).toBe(before + 1);
    expect(outcome.workers).toBe(2);
    await begin(page, 1);
    expect(await goOn(page, 30)).toEqual({ ...outcome, workers: 1 });
  });
}

test("an impossible number of workers is refused with the possible ones", async ({ page }) => {
  await open(page);
  const before = await everything(page);
  const refusal = await page.evaluate(() => window.lenet.configure({ workers: 3 }).catch((error) => error.message));
  expect(refusal).toBe("workers cannot be 3: give 1, 2, 4 or 8, for a mini-batch is halved until each has a part");
  expect(await everything(page)).toEqual(before);
});

/**
 * Makes the engine's worker call `then` with every helper that it starts, soon afterwards or at once, and counts the
 * helpers. The worker's clock can be turned `forward`.
 */
async function watchHelpers(page: Page, then: string, when: "soon" | "sync" = "soon"): Promise<{ count: number }> {
  const hired = { count: 0 };
  page.on("console", (message) => {
    if (message.text() === "a helper is hired") hired.count += 1;
  });
  const call = `(${then})(this)`;
  const watch = `self.Worker = class extends self.Worker { constructor(...given) {
    super(...given); console.log("a helper is hired"); ${when === "sync" ? call : `setTimeout(() => ${call})`}; } };`;
  await beforeWorker(page, `${CLOCK};${watch}`);
  return hired;
}
