// A browser without WebGPU: the page trains on the CPU and says so.
import { launchOptions } from "./browser";
import { everything, expect, figure, open, test, train } from "./page";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

test("trains on the CPU and says why", async ({ page }) => {
  await open(page);
  const badge = page.getByRole("button", { name: /^CPU/ });
  await badge.click();
  const panel = page.getByRole("dialog", { name: "Backend" });
  await expect(panel).toContainText("There is no WebGPU here.");
  await page.keyboard.press("Escape");
  await train(page).click();
  await expect.poll(async () => Number((await figure(page, "Step").innerText()).replace(",", ""))).toBeGreaterThan(100);
  expect((await page.evaluate(() => window.lenet.status())).backend).toBe("cpu");
});

test("refuses WebGPU with a sentence, and the run stays as it is", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  const before = await everything(page);
  const refusal = (call: "setBackend" | "configure") =>
    page.evaluate(
      (call) =>
        (call === "setBackend"
          ? window.lenet.setBackend("webgpu")
          : window.lenet.configure({ backend: "webgpu" })
        ).then(
          () => "",
          (error: Error) => error.message,
        ),
      call,
    );
  for (const call of ["setBackend", "configure"] as const) {
    expect(await refusal(call)).toBe(
      'WebGPU cannot be used: there is no WebGPU here: neither hardware nor software offers it; give "cpu"',
    );
  }
  expect(await everything(page)).toEqual(before);
  expect([before.backend, before.step, before.wanted]).toEqual(["cpu", 3, "auto"]);
});

test("the bench measures the CPU, and says why there is nothing else", async ({ page }) => {
  await page.goto("./bench.html");
  await page.evaluate(() =>
    window.bench.run([
      { preset: "lenet5", backend: "cpu", workers: 1, batch_sizes: [64], seconds: 0.1 },
      { preset: "lenet5", backend: "webgpu", batch_sizes: [64], seconds: 0.1 },
    ]),
  );
  await expect(page.getByRole("row", { name: /LeNet-5 CPU, 1 worker 64 [0-9,]+/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /C3 weight gradients [0-9,]+ [0-9]+ %/ })).toBeVisible();
  await expect(page.getByText(/webgpu cannot be measured: there is no WebGPU here/).first()).toBeVisible();
});
