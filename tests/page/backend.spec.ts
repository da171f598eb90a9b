// The backend: what the page says about it, how a run moves to another, and what happens when a GPU is lost.
import type { Page } from "@playwright/test";
import { faultsNow } from "./faults";
import { expect, figure, fingerprint, open, reset, test, train, voice } from "./page";

const badge = (page: Page) => page.locator("button.badge");
const panel = (page: Page) => page.getByRole("dialog", { name: "Backend" });
const status = (page: Page) => page.evaluate(() => window.lenet.status());
const stepsShown = async (page: Page) => Number((await figure(page, "Step").innerText()).replaceAll(",", ""));

test("a software adapter is not used, and the badge says why", async ({ page }) => {
  await open(page);
  await expect(badge(page)).toHaveText(/^CPU/);
  await badge(page).click();
  await expect(panel(page)).toContainText("There is no hardware WebGPU here: google swiftshader is a software adapter");
  await expect(panel(page).getByRole("radio", { name: "The faster one" })).toBeChecked();
  expect(await faultsNow(page)).toEqual([]);
});

test("both are measured on request, and the run stays as it is", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 4 }));
  const before = await fingerprint(page);
  await badge(page).click();
  await panel(page).getByRole("button", { name: "Measure both" }).click();
  await expect(badge(page)).toHaveText("Preparing WebGPU …");
  await expect(panel(page)).toContainText(/The CPU trains this network [0-9.]+ times as fast here/);
  await expect(panel(page).getByRole("meter", { name: "Speed on WebGPU" })).toBeVisible();
  const { choice, step } = await status(page);
  expect(choice.speeds?.cpu).toBeGreaterThan(choice.speeds?.webgpu ?? Number.POSITIVE_INFINITY);
  expect([step, choice.wanted]).toEqual([4, "auto"]);
  expect(await fingerprint(page)).toBe(before);
});

test("a run moves to WebGPU and back as it is", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 30 }));
  const before = await fingerprint(page);
  await badge(page).click();
  await panel(page).getByRole("radio", { name: "WebGPU" }).click();
  await expect(badge(page)).toHaveText("WebGPU · google swiftshader");
  await expect(panel(page).getByRole("radio", { name: "WebGPU" })).toBeChecked();
  await expect(panel(page)).toContainText("WebGPU was asked for.");
  expect(await fingerprint(page)).toBe(before);
  await page.keyboard.press("Escape");

  // Training continues as on the CPU.
  await train(page).click();
  await expect(voice(page)).toHaveText(/^Training/);
  await expect.poll(() => stepsShown(page)).toBeGreaterThan(120);
  const paused = await page.evaluate(() => window.lenet.pause());
  expect(paused.backend).toBe("webgpu");
  expect(paused.train_loss).toBeLessThan(2.2);
  const onGpu = await fingerprint(page);
  await page.evaluate(() => window.lenet.setBackend("cpu"));
  expect(await fingerprint(page)).toBe(onGpu);
  const moved = await status(page);
  expect([moved.backend, moved.step]).toEqual(["cpu", paused.step]);
});

test("the same seed repeats on the same adapter", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.configure({ preset: "lenet5", backend: "webgpu", batch_size: 10 }));
  const start = await fingerprint(page);
  await page.evaluate(() => window.lenet.train({ steps: 20 }));
  const first = await fingerprint(page);
  expect(first).not.toBe(start);
  await reset(page).click();
  await expect(figure(page, "Step")).toHaveText("0");
  await page.evaluate(() => window.lenet.train({ steps: 20 }));
  expect(await fingerprint(page)).toBe(first);
  const validation = () => page.evaluate(() => window.lenet.evaluate("validation"));
  const onGpu = await validation();
  await page.evaluate(() => window.lenet.setBackend("cpu"));
  const onCpu = await validation();
  expect(onGpu.loss).toBeCloseTo(onCpu.loss, 4);
  expect(onGpu.accuracy).toBeCloseTo(onCpu.accuracy, 3);
});

test.describe("when the GPU is lost", () => {
  test.use({ expectErrors: true });

  test("the run goes on on the CPU from where it was, and the page says so", async ({ page }) => {
    await open(page);
    // Keeps the device that the engine opens from now on, so that the test can destroy it.
    const worker = page.workers()[0];
    if (worker === undefined) throw new Error("there is no worker");
    await worker.evaluate(() => {
      const { prototype } = (
        self as unknown as { GPUAdapter: { prototype: { requestDevice: () => Promise<unknown> } } }
      ).GPUAdapter;
      const request = prototype.requestDevice;
      prototype.requestDevice = async function (...given) {
        const device = await request.apply(this, given);
        Object.assign(self, { device });
        return device;
      };
    });
    await page.evaluate(() => window.lenet.configure({ preset: "lenet5", backend: "webgpu", batch_size: 16 }));
    const finished = page.evaluate(() => window.lenet.train({ steps: 300 }));
    await expect.poll(() => stepsShown(page)).toBeGreaterThan(40);
    await worker.evaluate(() => (self as unknown as { device: { destroy(): void } }).device.destroy());

    const notice = page.getByRole("alert");
    await expect(notice).toHaveText(
      /^WebGPU stopped: the GPU was lost .*\. The run continues on the CPU from step [0-9]+\.$/,
    );
    const from = Number(/from step ([0-9]+)/.exec(await notice.innerText())?.[1]);
    expect(from).toBeGreaterThan(0);
    const end = await finished;
    expect([end.backend, end.step, end.phase]).toEqual(["cpu", 300, "paused"]);
    expect(end.train_loss).toBeLessThan(1.5);
    await expect(badge(page)).toHaveText(/^CPU/);
    await badge(page).click();
    await expect(panel(page)).toContainText("WebGPU stopped: the GPU was lost");
  });
});

test("the bench measures every kernel", async ({ page }) => {
  await page.goto("./bench.html");
  const benches = await page.evaluate(() =>
    window.bench.run([
      { preset: "lenet5", backend: "cpu", workers: 1, batch_sizes: [64], seconds: 0.2 },
      { preset: "lenet5", backend: "cpu", workers: 2, batch_sizes: [64], seconds: 0.2 },
      { preset: "lenet5", backend: "webgpu", batch_sizes: [64], seconds: 0.2 },
    ]),
  );
  expect(benches.map(({ refused }) => refused)).toEqual([null, null, null]);
  expect(benches.map(({ measured }) => measured?.workers)).toEqual([1, 2, 1]);
  const lenet5 = benches.find(({ task }) => task.preset === "lenet5" && task.backend === "webgpu");
  const line = lenet5?.measured?.lines[0];
  expect(line?.dispatches).toBeLessThanOrEqual(12);
  expect(line?.bytes_read).toBe(0);
  expect(line?.kernels).toHaveLength(12);
  for (const { seconds } of line?.kernels ?? []) expect(seconds).toBeGreaterThan(0);
  await expect(page.getByRole("row", { name: /C3 \+ S4 backward/ }).first()).toBeVisible();
  expect(await faultsNow(page)).toEqual([]);
});
