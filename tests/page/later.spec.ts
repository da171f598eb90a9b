// The later part of the engine: it is fetched when it is first asked for, once, and a failure is said and mended.
import type { Page } from "@playwright/test";
import { expect, open, step, test, train, voice } from "./page";
import { StaticSite } from "./static-site";

const LATER = /lenet_later\S*\.wasm$/;

/** How often the later part has been asked for so far. */
function counted(page: Page): () => number {
  let requests = 0;
  page.on("request", (request) => {
    if (LATER.test(request.url())) requests += 1;
  });
  return () => requests;
}

const save = (page: Page) => page.evaluate(async () => (await window.lenet.save("safetensors")).length);

test("training, looking and changing the network do not fetch the later part", async ({ page }) => {
  const requests = counted(page);
  await open(page);
  await step(page).click();
  await expect(voice(page)).toHaveText(/^Paused/);
  await page.evaluate(async () => {
    await window.lenet.configure({ preset: "nielsen2", optimizer: "adam", augment_rotation: 10, label_smoothing: 0.1 });
    await window.lenet.train({ steps: 40 });
    await window.lenet.evaluate("test");
    await window.lenet.reset();
    const { data } = (await window.lenet.parameters())[0] ?? {};
    if (data === undefined) throw new Error("there are no parameters");
    await window.lenet.classify(new Float32Array(784));
    await window.lenet.classifyDrawing([
      [
        [0, 0],
        [0, 1],
      ],
    ]);
  });
  await train(page).click();
  await expect(voice(page)).toHaveText(/^Training/);
  await page.waitForFunction(() => window.lenet.status().then(({ step }) => step > 60));
  await expect(page.evaluate(() => window.lenet.configure({ layers: [] }))).rejects.toThrow();
  expect(requests()).toBe(0);
});

test("it is fetched once, by whatever asks first, and belongs to the run", async ({ page }) => {
  const requests = counted(page);
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 20 }));
  const [bytes, found] = await page.evaluate(() =>
    Promise.all([window.lenet.save("safetensors"), window.lenet.findLearningRate()]),
  );
  expect(found.rates.length).toBeGreaterThan(10);
  expect(await save(page)).toBe(bytes.length);
  const { step: at } = await page.evaluate(async () => {
    const saved = await window.lenet.save("safetensors");
    await window.lenet.train({ steps: 5 });
    await window.lenet.load(saved);
    return window.lenet.status();
  });
  expect(at).toBe(20);
  await page.evaluate(() => window.lenet.configure({ preprocessing: "whiten" }));
  await page.evaluate(() => window.lenet.train({ steps: 5 }));
  expect(requests()).toBe(1);
});

test.describe(() => {
  test.use({ expectErrors: true }); // the browser itself reports a failed request

  for (const [what, answer, reason] of [
    ["missing", { status: 404, body: "" }, /lenet_later\.wasm is missing: the server answers 404.*asks for it again/],
    ["corrupt", { body: "garbage" }, /lenet_later\.wasm is corrupt/],
    [
      "damaged",
      { contentType: "application/wasm", body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9]) },
      /lenet_later\.wasm is damaged on its way here: it was asked for twice/,
    ],
    ["unreachable", null, /lenet_later\.wasm cannot be fetched .*: there is no network/],
  ] as const) {
    test(`a later part that is ${what} is named, training goes on, and the next call gets it`, async ({ page }) => {
      await page.route(LATER, (route) => (answer === null ? route.abort() : route.fulfill(answer)));
      await open(page);
      await train(page).click();
      await expect(save(page)).rejects.toThrow(reason);
      await expect(page.evaluate(() => window.lenet.configure({ preprocessing: "whiten" }))).rejects.toThrow(reason);
      await expect(voice(page)).toHaveText(/^Training/);
      await page.unroute(LATER);
      expect(await save(page)).toBeGreaterThan(100_000);
    });
  }

  /** Lets the worker forget that `augment` needs the later part, so that only the engine notices. */
  const forget = (page: Page) =>
    page.route(/worker-\S*\.js$/, async (route) => {
      const response = await route.fetch();
      const script = await response.text();
      const forgotten = script.replace(/,.augmented.,.drawings.,.expanded.\]\)/, "])");
      expect(forgotten.length).toBeLessThan(script.length);
      await route.fulfill({ response, body: forgotten });
    });
  const augment = (page: Page) =>
    page.evaluate(async () => (await window.lenet.augment(new Float32Array(784), { count: 3 })).length);

  test("a call that forgot to ask for it has it all the same", async ({ page }) => {
    await forget(page);
    const requests = counted(page);
    await open(page);
    expect([await augment(page), requests()]).toEqual([3, 1]);
    expect(await augment(page)).toBe(3);
  });

  test("the engine that comes upon it in vain stops with a sentence, and can be started again", async ({ page }) => {
    await forget(page);
    await page.route(LATER, (route) => route.abort());
    await open(page);
    await expect(augment(page)).rejects.toThrow(/lenet_later\.wasm cannot be fetched/);
    await expect(voice(page)).toHaveText(/^The engine stopped: .*lenet_later\.wasm cannot be fetched/);
    await page.unroute(LATER);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(voice(page)).toHaveText(/^Press Train/);
    expect(await augment(page)).toBe(3);
  });

  test("the reader is told, and the button works again", async ({ page }) => {
    await page.route(LATER, (route) => route.fulfill({ status: 503, body: "" }));
    await open(page);
    await page.getByRole("button", { name: "Save and open" }).click();
    const saves = page.getByRole("dialog", { name: "Save and open" }).getByRole("button", { name: "Save step 0" });
    await saves.click();
    await expect(page.getByText(/lenet_later\.wasm cannot be fetched: the server answers 503/)).toBeVisible();
    await page.unroute(LATER);
    const download = page.waitForEvent("download");
    await saves.click();
    expect((await download).suggestedFilename()).toMatch(/\.safetensors$/);
  });
});

test.describe(() => {
  test.use({ serviceWorkers: "allow", expectErrors: true });

  test("without a network it comes from the service worker, on the first visit too", async ({ page }) => {
    const site = new StaticSite();
    await site.start();
    try {
      await open(page, site.address);
      await page.evaluate(() => navigator.serviceWorker.ready);
      await site.stop();
      expect(await save(page)).toBeGreaterThan(100_000);
      await open(page, site.address);
      expect(await save(page)).toBeGreaterThan(100_000);
    } finally {
      await site.remove();
    }
  });
});
