// Training starts while the training images still arrive.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { DIGITS, draw, expect, fingerprint, open, test, voice } from "./page";

const file = readFileSync(join(__dirname, "../../assets/mnist/train-images-idx3-ubyte.gz"));

let server: Server | undefined;
test.afterEach(() => server?.closeAllConnections());
test.afterEach(() => server?.close());

/**
 * Sends only the first fifth of the training images. `end` sends the rest, over the same connection or, if that is to be
 * "broken", over the next.
 */
async function holdBack(page: Page): Promise<{ end: (how: "well" | "broken") => void }> {
  const fifth = Math.floor(file.length / 5);
  let end: (how: "well" | "broken") => void = () => {};
  const ended = new Promise<"well" | "broken">((resolve) => {
    end = resolve;
  });
  let requests = 0;
  server = createServer(async (_, response) => {
    requests += 1;
    response.writeHead(200, { "Content-Length": file.length, "Cross-Origin-Resource-Policy": "cross-origin" });
    response.write(file.subarray(0, fifth));
    if (requests > 1 || (await ended) === "well") response.end(file.subarray(fifth));
    else response.destroy();
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
