// Several workers: the same bits as one, with shared memory and without, whatever becomes of them.
import type { Page } from "@playwright/test";
import { everything, expect, open, test } from "./page";

/** As from a server that sets no headers: the page is not cross-origin isolated, and workers share no memory. */
async function withoutIsolation(page: Page): Promise<void> {
  await page.route("./", async (route) => {
    const response = await route.fetch();
    const { "cross-origin-opener-policy": _, "cross-origin-embedder-policy": __, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
}

/** A short run's parameters as one string, and how many workers made it. */
async function run(page: Page, workers: number, steps = 40): Promise<{ bits: string; workers: number; step: number }> {
  return page.evaluate(
    async ({ workers, steps }) => {
      await window.lenet.configure({ backend: "cpu", workers, batch_size: 50 });
      // In two parts, so that helpers have had the time to come.
      await window.lenet.train({ steps: 10 });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const status = await window.lenet.train({ steps: steps - 10 });
      const parameters = await window.lenet.parameters();
      const bits = parameters.map(({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length).join());
      return { bits: bits.join(), workers: status.workers, step: status.step };
    },
    { workers, steps },
  );
}

for (const isolated of [true, false]) {
  test(`one, two and four workers come to the same bits, ${isolated ? "with" : "without"} shared memory`, async ({
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
    // The first one's end is silent, and in the middle of the run.
    const hired = await watchHelpers(
      page,
      "(helper) => { if (self.deadly-- > 0) setTimeout(() => helper.terminate(), 800); }",
    );
    await open(page);
    const alone = await run(page, 1, 1200);
    const before = hired.count; // the page's own start
    await page.workers()[0]?.evaluate("self.deadly = 1");
    expect(await run(page, 2, 1200)).toEqual({ ...alone, workers: 2 });
    await expect.poll(() => hired.count - before).toBe(2);
  });
}

test("where helpers cannot be had the run goes on without, and says so", async ({ page }) => {
  const hired = await watchHelpers(page, "(helper) => { helper.onerror(new Event('error', { cancelable: true })); }");
  await open(page);
  const alone = await run(page, 1);
  const before = hired.count;
  expect(await run(page, 2)).toEqual(alone);
  expect(hired.count - before).toBe(4); // the first, and three in its place
  await expect(page.getByText(/CPU · SIMD · 1 worker$/).first()).toBeVisible();
});

test("a number of workers that cannot be is refused with what can", async ({ page }) => {
  await open(page);
  const before = await everything(page);
  const refusal = await page.evaluate(() => window.lenet.configure({ workers: 3 }).catch((error) => error.message));
  expect(refusal).toBe("workers cannot be 3: give 1, 2, 4 or 8, for a mini-batch is halved until each has a part");
  expect(await everything(page)).toEqual(before);
});

/** Has the engine's worker call `then` with every helper it starts and its number, and counts them. */
async function watchHelpers(page: Page, then: string): Promise<{ count: number }> {
  const hired = { count: 0 };
  page.on("console", (message) => {
    if (message.text() === "a helper is hired") hired.count += 1;
  });
  await page.route("**/worker-*.js", async (route) => {
    const response = await route.fetch();
    const watch = `let hired = 0; self.Worker = class extends self.Worker { constructor(...given) {
      super(...given); console.log("a helper is hired"); hired += 1; const n = hired;
      setTimeout(() => (${then})(this, n)); } };`;
    await route.fulfill({ response, body: watch + (await response.text()) });
  });
  return hired;
}
