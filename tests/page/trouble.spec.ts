// Data that is missing or broken: the page names the file and the reason, and trying again works.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, fingerprint, open, test, train, voice } from "./page";

const root = resolve(__dirname, "../..");

test.use({ expectErrors: true }); // the browser itself reports a failed request

test("a corrupt file is named", async ({ page }) => {
  await page.route(/t10k-images\S*\.gz$/, (route) =>
    route.fulfill({ body: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }),
  );
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^t10k-images-idx3-ubyte\.gz is corrupt/);
  await expect(train(page)).toBeDisabled();

  await page.unroute(/t10k-images\S*\.gz$/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.evaluate(() => window.lenet.ready);
  await expect(voice(page)).toHaveText(/^Press Train/);
  await expect(train(page)).toBeEnabled();
});

test("a missing file is named", async ({ page }) => {
  await page.route(/train-labels\S*\.gz$/, (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^train-labels-idx1-ubyte\.gz is missing: .*404/);
  await expect(page.evaluate(() => window.lenet.ready)).rejects.toThrow(/train-labels/);
});

test("a file that unpacks but is not MNIST is refused with the byte", async ({ page }) => {
  await page.route(/train-labels\S*\.gz$/, (route) =>
    route.fulfill({ body: "<!doctype html><title>Not found</title>" }),
  );
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^train-labels-idx1-ubyte\.gz cannot be used: byte \d+/);
});

test("Train pressed before the data is there is not lost", async ({ page }) => {
  let press = () => {};
  const pressed = new Promise<void>((resolve) => {
    press = resolve;
  });
  await page.route(/train-images\S*\.gz$/, async (route) => {
    await pressed;
    await route.continue();
  });
  await page.goto("./");
  await train(page).click();
  await expect(voice(page)).toHaveText("Training starts as soon as the data has arrived.");
  press();
  await expect(voice(page)).toHaveText(/^Training: /);
});

/** The file of training images, with one bit of this image changed, packed as well as before. */
function corrupt(image: number): Buffer {
  const bytes = gunzipSync(readFileSync(join(root, "assets/mnist/train-images-idx3-ubyte.gz")));
  const at = 16 + 784 * image + 400;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return gzipSync(bytes, { level: 1 });
}

test("bytes of a corrupt file never stay: the file is asked for once more", async ({ page }) => {
  const wrong = corrupt(2_500);
  let asked = 0;
  await page.route(/train-images\S*\.gz$/, async (route) => {
    asked += 1;
    await (asked === 1 ? route.fulfill({ body: wrong }) : route.continue());
  });
  const steps = () => page.evaluate(() => window.lenet.train({ steps: 120 })); // of 32 images
  await open(page);
  await steps();
  expect(asked).toBe(2);
  const mended = await fingerprint(page);
  await page.unrouteAll();
  await open(page);
  await steps();
  expect(await fingerprint(page)).toBe(mended);
});

test("a file that stays corrupt is asked for twice, and what was right before the fault is used", async ({ page }) => {
  const wrong = corrupt(4_000);
  let asked = 0;
  await page.route(/train-images\S*\.gz$/, (route) => {
    asked += 1;
    return route.fulfill({ body: wrong });
  });
  await open(page);
  await expect(page.getByRole("alert")).toHaveText(
    /^train-images-idx3-ubyte\.gz cannot be used: bytes 3136016 to 3920015: the CRC-32 is .* goes on with the 4,000 training/,
  );
  expect(await page.evaluate(() => window.lenet.train({ steps: 200 }))).toMatchObject({
    step: 200,
    steps_per_epoch: 125,
  });
  expect(asked).toBe(2);
});

test("labels that are not MNIST's are asked for twice and refused", async ({ page }) => {
  const bytes = gunzipSync(readFileSync(join(root, "assets/mnist/t10k-labels-idx1-ubyte.gz")));
  bytes[1_000] = ((bytes[1_000] ?? 0) + 1) % 10;
  let asked = 0;
  await page.route(/t10k-labels\S*\.gz$/, (route) => {
    asked += 1;
    return route.fulfill({ body: gzipSync(bytes) });
  });
  await page.goto("./");
  await expect(voice(page)).toHaveText(
    /^t10k-labels-idx1-ubyte\.gz cannot be used: the CRC-32 is [0-9a-f]{8} and not 4ab9eff9/,
  );
  expect(asked).toBe(2);
});

const html = { contentType: "text/html", body: "<!doctype html><title>Not found</title>" };

for (const [what, file, answer, reason] of [
  ["a missing engine", /lenet_bg\S*\.wasm$/, { status: 404, body: "" }, /lenet_bg\.wasm is missing: .*404/],
  [
    "a web page in place of the engine",
    /lenet_bg\S*\.wasm$/,
    html,
    /lenet_bg\.wasm is missing: .* web page in its place/,
  ],
  ["a corrupt engine", /lenet_bg\S*\.wasm$/, { body: "garbage" }, /lenet_bg\.wasm is corrupt/],
  [
    "an engine that breaks off",
    /lenet_bg\S*\.wasm$/,
    { contentType: "application/wasm", body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9]) },
    /lenet_bg\.wasm is damaged on its way here: it was asked for twice/,
  ],
  ["a server that fails", /train-labels\S*\.gz$/, { status: 500, body: "" }, /gz cannot be fetched: .* answers 500/],
  ["a missing worker", /worker-\S*\.js$/, { status: 404, body: "" }, /script worker-\S+\.js is missing: .*404/],
  ["a web page in place of the worker", /worker-\S*\.js$/, html, /script worker-\S+\.js is missing: .* web page/],
] as const) {
  test(`${what} is named`, async ({ page }) => {
    await page.route(file, (route) => route.fulfill(answer));
    await page.goto("./");
    await expect(voice(page)).toHaveText(reason);
    await expect(page.evaluate(() => window.lenet.status())).rejects.toThrow(reason);
    await page.unroute(file);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(voice(page)).toHaveText(/^Press Train/);
  });
}

test("a policy that forbids WebAssembly is named, and not the browser", async ({ page }) => {
  await page.route("**/worker-*.js", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": "script-src 'self'" };
    await route.fulfill({ response, headers });
  });
  await page.goto("./");
  await expect(voice(page)).toHaveText(/Content-Security-Policy forbids WebAssembly: .*'wasm-unsafe-eval'/);
});

test("a policy that forbids workers is named", async ({ page }) => {
  await page.route("./", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-security-policy": "worker-src 'none'" };
    await route.fulfill({ response, headers });
  });
  await page.goto("./");
  await expect(voice(page)).toHaveText(/Content-Security-Policy forbids workers: .*worker-src/);
});

test("a policy that forbids all connections, or all scripts, is not the browser's fault", async ({ page }) => {
  const under = (policy: string) =>
    page.route("./", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
    });
  await under("script-src 'none'");
  await page.goto("./");
  await expect(page.getByText("something keeps its scripts from running")).toBeVisible();
  await under("require-trusted-types-for 'script'");
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^The engine's worker is forbidden by a policy of the server/);
});

test("a browser without workers is told so", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^This browser has no web workers/);
  await expect(page.evaluate(() => window.lenet.train())).rejects.toThrow("no web workers");
});

test("opened as a file, the page says how it is to be served", async ({ page }) => {
  await page.goto(pathToFileURL(join(root, "www/dist/index.html")).href);
  await expect(page.locator("body")).toContainText("do not load this page's modules from a file");
});

test("a page that has started shows no reason why it does not", async ({ page }) => {
  await open(page);
  await expect(page.locator("#empty")).toHaveCount(0);
});

test("a page whose script is missing is not blank", async ({ page }) => {
  await page.route(/index-\S*\.js$/, (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./");
  await expect(page.locator("body")).toContainText(/LeNet Live cannot start: its file .*index-.*\.js, .* is missing/);
});
