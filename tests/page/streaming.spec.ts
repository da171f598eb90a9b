// Training starts while the training images still arrive.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { engineOf } from "./clock";
import { DIGITS, draw, expect, figure, fingerprint, open, pause, test, train, voice } from "./page";

const file = readFileSync(join(__dirname, "../../assets/mnist/train-images-idx3-ubyte.gz"));

let server: Server | undefined;
test.afterEach(() => server?.closeAllConnections());
test.afterEach(() => server?.close());

type End = "well" | "broken" | "gone" | "dead";

/**
 * Sends only a share of the training images. `end` sends the rest, over the same connection or, if that is to be "broken",
 * over the next; if the server is to be "gone", it never comes. A "dead" connection brings nothing and does not break.
 */
async function holdBack(page: Page, share = 1 / 5): Promise<{ end: (how: End) => void }> {
  const part = Math.floor(file.length * share);
  let end: (how: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    end = resolve;
  });
  let requests = 0;
  server = createServer(async (_, response) => {
    requests += 1;
    response.writeHead(200, { "Content-Length": file.length, "Cross-Origin-Resource-Policy": "cross-origin" });
    response.write(file.subarray(0, part));
    const how = await ended;
    if (how === "well" || (how !== "gone" && requests > 1)) response.end(file.subarray(part));
    else if (how !== "dead") response.destroy();
  });
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await page.route(/train-images\S*\.gz$/, (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
  return { end };
}

for (const how of ["well", "broken"] as const) {
  test(`trains on the first images, waits for the rest, and gives the same bits; the connection ends ${how}`, async ({
    page,
  }) => {
    const line = await holdBack(page);
    await page.goto("./");
    await page.evaluate(() => window.lenet.ready);
    // More steps than the images so far allow.
    const run = page.evaluate(() => window.lenet.train({ steps: 400 }));
    const step = async () => (await page.evaluate(() => window.lenet.status())).step;
    // 11 pieces of a thousand images have arrived, and 344 mini-batches of 32 would need another.
    await expect.poll(step).toBe(343);
    await page.waitForTimeout(500);
    expect(await step()).toBe(343);
    await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toBeVisible();
    // A call that needs more images waits too.
    const evaluated = page.evaluate(() => window.lenet.evaluate("validation"));

    line.end(how);
    if (how === "broken") {
      await expect(page.getByRole("alert")).toHaveText(
        /^train-images-idx3-ubyte\.gz broke off after \d+ bytes: .* the rest is asked for again\.$/,
      );
    }
    expect((await run).step).toBe(400);
    expect((await evaluated).accuracy).toBeGreaterThan(0.9);
    await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toHaveCount(0);
    const streamed = await fingerprint(page);

    await page.unrouteAll();
    await open(page);
    await page.evaluate(() => window.lenet.train({ steps: 400 }));
    expect(await fingerprint(page)).toBe(streamed);
  });
}

test("the page draws and guesses before the training images are there", async ({ page }) => {
  await holdBack(page);
  await open(page);
  await expect(voice(page)).toHaveText(/^Press Train/);
  const probabilities = await page.evaluate(() => window.lenet.classify(new Uint8Array(784)));
  expect(probabilities).toHaveLength(10);
  expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  await expect(page.getByText("Draw a digit here")).toBeVisible();
  await draw(page, DIGITS[1] ?? []);
  await expect(page.getByText("Draw a digit here")).toBeHidden();
  await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toBeVisible(); // they are still not there
});

test("a server that is gone does not end the run: it goes on with the images that are here", async ({ page }) => {
  const line = await holdBack(page);
  await page.goto("./");
  await page.evaluate(() => window.lenet.ready);
  // The page tries again twenty times, and here without a pause.
  await engineOf(page)?.evaluate(
    "((later) => { self.setTimeout = (f, ms) => later(f, ms === 3000 ? 0 : ms) })(setTimeout)",
  );
  const run = page.evaluate(() => window.lenet.train({ steps: 700 }));
  line.end("gone");
  await expect(page.getByRole("alert")).toHaveText(
    /^train-images-idx3-ubyte\.gz .* Training goes on with the 11,000 training images that are here\. Reload the page/,
    { timeout: 60_000 },
  );
  // An epoch has 344 mini-batches of 32 now.
  expect(await run).toMatchObject({ step: 700, phase: "paused", steps_per_epoch: 344 });
  await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toHaveCount(0);
  expect((await page.evaluate(() => window.lenet.evaluate("test"))).accuracy).toBeGreaterThan(0.9);
  for (const [call, reason] of [
    ['evaluate("validation")', 'no image of the split "validation" has arrived'],
    ["gradients([11000])", "0 to 10,?999"],
    ['setBackend("webgpu")', "only 11,000 have arrived"],
  ] as const) {
    const refused = page.evaluate((text) => new Function("lenet", `return lenet.${text}`)(window.lenet), call);
    await expect(refused).rejects.toThrow(new RegExp(reason));
  }
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1", preprocessing: "center" }));
  expect(await page.evaluate(() => window.lenet.train({ steps: 5 }))).toMatchObject({ step: 5 });
});

test("a small file whose connection breaks is asked for once more", async ({ page }) => {
  const images = readFileSync(join(__dirname, "../../assets/mnist/t10k-images-idx3-ubyte.gz"));
  let requests = 0;
  server = createServer((_, response) => {
    requests += 1;
    response.writeHead(200, { "Content-Length": images.length, "Cross-Origin-Resource-Policy": "cross-origin" });
    if (requests > 1) response.end(images);
    else response.write(images.subarray(0, 100_000), () => response.destroy());
  });
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await page.route(/t10k-images\S*\.gz$/, (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
  await open(page);
  await expect(voice(page)).toHaveText(/^Press Train/);
  expect(requests).toBe(2);
});

test("a connection that is dead, but not broken, is given up and opened again", async ({ page }) => {
  // The worker's waiting takes a twentieth of its time.
  page.on("worker", (worker) =>
    worker.evaluate("((later) => { self.setTimeout = (f, ms) => later(f, ms / 20) })(setTimeout)").catch(() => {}),
  );
  const line = await holdBack(page);
  await open(page);
  line.end("dead");
  await expect(page.getByRole("alert")).toHaveText(/nothing has arrived for 30 seconds\. Training goes on/);
  await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toHaveCount(0);
});

test("what a link asks for is what trains, though it has to wait for images", async ({ page }) => {
  const line = await holdBack(page, 1 / 20);
  await page.goto("./#preset=nielsen1&preprocessing=whiten&seed=3");
  await page.evaluate(() => window.lenet.ready);
  await expect(voice(page)).toHaveText("This network waits for training images, which are still arriving.");
  await train(page).click();
  await expect(voice(page)).toHaveText(/still arriving\. Training starts by itself\.$/);
  await expect(figure(page, "Step")).toHaveText("0");
  // A pause takes that back.
  await pause(page).click();
  await expect(voice(page)).toHaveText(/still arriving\.$/);
  await train(page).click();
  await expect(pause(page)).toBeVisible();
  expect((await page.evaluate(() => window.lenet.status())).step).toBe(0);

  line.end("well");
  await expect(voice(page)).toHaveText(/^Training: /, { timeout: 30_000 });
  await pause(page).click();
  const status = await page.evaluate(() => window.lenet.status());
  expect(status).toMatchObject({ preset: "nielsen1", seed: 3, phase: "paused" });
  expect(status.step).toBeGreaterThan(0);
  // No other run was begun.
  await expect(page.getByRole("list", { name: "Runs on show" }).getByRole("listitem")).toHaveCount(0);
});

test("preprocessing that is chosen while images arrive pauses the run that it replaces", async ({ page }) => {
  const line = await holdBack(page, 1 / 20);
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  await page.evaluate(() => {
    void window.lenet.train();
    window.lenet.configure({ preprocessing: "center" }).catch(() => {});
  });
  await expect(voice(page)).toHaveText(/still arriving\.$/);
  const { step, phase } = await page.evaluate(() => window.lenet.status());
  expect(phase).toBe("paused");
  await draw(page, DIGITS[1] ?? []); // the page answers meanwhile
  expect((await page.evaluate(() => window.lenet.status())).step).toBe(step);
  // Another network need not wait, and takes the place of the one that does.
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen2", seed: 5 }));
  await expect(voice(page)).toHaveText(/^Press Train/);
  line.end("well");
  await expect(page.getByText(/^[\d.]+ of [\d.]+ MB$/)).toHaveCount(0);
  expect(await page.evaluate(() => window.lenet.status())).toMatchObject({ preset: "nielsen2", seed: 5, step: 0 });
});
