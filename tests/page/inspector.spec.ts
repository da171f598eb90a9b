// The arithmetic of one unit: the shown numbers agree with those recomputed from the parameters and the image.
import type { Locator, Page } from "@playwright/test";
import { expect, open, test } from "./page";

/** The unrounded numbers of the grid with this title. */
async function grid(page: Page, title: string | RegExp): Promise<number[]> {
  const cells = page.locator(".inspector").getByRole("table", { name: title }).locator("td");
  return cells.evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset.value)));
}

/** The unrounded number with this label. */
async function value(page: Page, name: string | RegExp): Promise<number> {
  const shown: Locator = page.locator(".inspector .sum-value", { hasText: name }).locator("b");
  return Number(await shown.first().getAttribute("data-value"));
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);

function expectClose(shown: number[], expected: number[]): void {
  expect(shown).toHaveLength(expected.length);
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  for (const [i, each] of shown.entries()) expect(Math.abs(each - (expected[i] as number))).toBeLessThan(2e-5 * scale);
}

/** The pixels of the first test image, and its first layers computed by plain loops. */
function plain(page: Page) {
  return page.evaluate(async () => {
    const tensors = await window.lenet.parameters();
    const of = (name: string) => [...(tensors.find((tensor) => tensor.name === name)?.data ?? [])];
    const conv = (
      input: number[],
      [channels, side]: [number, number],
      weights: number[],
      biases: number[],
      padding: number,
    ): number[] => {
      const out = side + 2 * padding - 4;
      return biases.flatMap((bias, filter) =>
        Array.from({ length: out * out }, (_, place) => {
          let total = bias;
          for (let c = 0; c < channels; c++) {
            for (let dy = 0; dy < 5; dy++) {
              for (let dx = 0; dx < 5; dx++) {
                const [y, x] = [Math.floor(place / out) + dy - padding, (place % out) + dx - padding];
                if (y < 0 || x < 0 || y >= side || x >= side) continue;
                const weight = weights[((filter * channels + c) * 5 + dy) * 5 + dx] as number;
                total += weight * (input[(c * side + y) * side + x] as number);
              }
            }
          }
          return total;
        }),
      );
    };
    const pool = (input: number[], channels: number, side: number): number[] =>
      Array.from({ length: (channels * side * side) / 4 }, (_, i) => {
        const half = side / 2;
        const [c, y, x] = [Math.floor(i / (half * half)), Math.floor(i / half) % half, i % half];
        const at = (c * side + 2 * y) * side + 2 * x;
        return Math.max(...[0, 1, side, side + 1].map((by) => input[at + by] as number));
      });
    const relu = (values: number[]) => values.map((each) => Math.max(0, each));
    const seen = document.querySelector<HTMLCanvasElement>(".seen canvas");
    const data = seen?.getContext("2d")?.getImageData(0, 0, 28, 28).data ?? new Uint8ClampedArray(0);
    const image = Array.from({ length: 784 }, (_, i) => (data[4 * i] as number) / 255);
    const c1 = conv(image, [1, 28], of("C1.weight"), of("C1.bias"), 2);
    const s2 = pool(relu(c1), 6, 28);
    const c3 = conv(s2, [6, 14], of("C3.weight"), of("C3.bias"), 0);
    return { image, c1, s2, c3, w1: of("C1.weight"), w3: of("C3.weight"), b3: of("C3.bias"), b1: of("C1.bias") };
  });
}

/** Pins a unit with the keys: the one that many layers after the middle of C1. */
async function pin(page: Page, layers: number): Promise<{ channel: number; y: number; x: number }> {
  const box = page.getByRole("application", { name: /The network/ });
  await box.blur(); // so that the keys start at no unit
  await box.focus();
  await page.keyboard.press("ArrowRight");
  for (let i = 0; i < layers; i++) await page.keyboard.press("]");
  await page.keyboard.press("Enter");
  const name = (await page.locator(".inspector-unit").textContent()) ?? "";
  const [, map = 1, row = 1, column = 1] = /map (\d+) · row (\d+), column (\d+)/.exec(name) ?? [];
  await expect(page.locator(".inspector-body")).toBeVisible();
  return { channel: Number(map) - 1, y: Number(row) - 1, x: Number(column) - 1 };
}

test("a unit of C1: window × filter = products, their sum and the bias are its value", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.evaluate(() => window.lenet.train({ steps: 60 }));
  const { channel, y, x } = await pin(page, 0);
  const { image, c1, w1, b1 } = await plain(page);
  const seen = Array.from({ length: 25 }, (_, i) => {
    const [v, u] = [y + Math.floor(i / 5) - 2, x + (i % 5) - 2];
    return v < 0 || u < 0 || v > 27 || u > 27 ? 0 : (image[28 * v + u] as number);
  });
  const filter = w1.slice(25 * channel, 25 * channel + 25);
  expectClose(await grid(page, "Window of the image"), seen);
  expectClose(await grid(page, "Filter"), filter);
  expectClose(
    await grid(page, "Products"),
    seen.map((each, i) => each * (filter[i] as number)),
  );
  const z = c1[(channel * 28 + y) * 28 + x] as number;
  expectClose([await value(page, "pre-activation z")], [z]);
  expectClose([(await value(page, "Σ of 25 products")) + (await value(page, "bias"))], [z]);
  expectClose([await value(page, "bias")], [b1[channel] as number]);
  expectClose([await value(page, "max(0, z)")], [Math.max(0, z)]);
});

test("a unit of S2 is the largest of its four, and one of C3 adds up over all six maps", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.evaluate(() => window.lenet.train({ steps: 60 }));
  const pooled = await pin(page, 1);
  const { s2, c3, w3, b3 } = await plain(page);
  const four = await grid(page, "Window of C1");
  expect(four).toHaveLength(4);
  const largest = s2[(pooled.channel * 14 + pooled.y) * 14 + pooled.x] as number;
  expectClose([Math.max(...four), await value(page, "largest")], [largest, largest]);
  await page.keyboard.press("Escape");

  const { channel, y, x } = await pin(page, 2);
  const z = c3[(channel * 10 + y) * 10 + x] as number;
  await expect(page.locator(".channels label")).toHaveCount(6);
  const parts = await page
    .locator(".channels .channel-value")
    .evaluateAll((all) => all.map((each) => Number((each as HTMLElement).dataset.value)));
  expectClose([sum(parts) + (b3[channel] as number)], [z]);
  expectClose([await value(page, "pre-activation z")], [z]);
  for (const map of [0, 4]) {
    await page.locator(".channels label").nth(map).click();
    const [seen, filter, products] = [
      await grid(page, "Window of S2"),
      await grid(page, "Filter"),
      await grid(page, "Products"),
    ];
    const expected = Array.from(
      { length: 25 },
      (_, i) => s2[(map * 14 + y + Math.floor(i / 5)) * 14 + x + (i % 5)] as number,
    );
    expectClose(seen, expected);
    const start = (channel * 6 + map) * 25;
    expectClose(filter, w3.slice(start, start + 25));
    expectClose([sum(products)], [parts[map] as number]);
  }
  await page.getByText("As a matrix product").click();
  expectClose([await value(page, "row · column")], [z - (b3[channel] as number)]);
});

test("backwards: the gradients are the unit's own times the weights, and times the inputs", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.evaluate(() => window.lenet.train({ steps: 10 }));
  await page.getByRole("button", { name: "Show me one" }).click(); // the strongest unit: its gradient passes ReLU
  await expect(page.locator(".inspector-body")).toBeVisible();
  const [seen, filter] = [await grid(page, "Window of the image"), await grid(page, "Filter")];
  await page.getByText("Backward", { exact: true }).click();
  const dz = await value(page, "∂loss/∂z");
  expectClose([dz], [(await value(page, /∂loss\/∂a/)) * (await value(page, "slope of the activation"))]);
  expectClose(
    await grid(page, /^To Input/),
    filter.map((weight) => weight * dz),
  );
  expectClose(
    await grid(page, "To each weight, from here"),
    seen.map((input) => input * dz),
  );
  const [step, after] = [await grid(page, "The update adds"), await grid(page, "Weights after it")];
  expectClose(
    after,
    filter.map((weight, i) => weight + (step[i] as number)),
  );
  expect(await grid(page, "From all places of the filter")).toHaveLength(25);
});

test("a digit of the output: softmax and the loss; the gradient is p minus the label", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.evaluate(() => window.lenet.train({ steps: 30 }));
  await pin(page, 6);
  await expect(page.getByRole("heading", { name: "Softmax and loss" })).toBeVisible();
  await expect(page.locator(".softmax tbody tr")).toHaveCount(10);
  const p = await page.evaluate(async () => {
    const data = document
      .querySelector<HTMLCanvasElement>(".seen canvas")
      ?.getContext("2d")
      ?.getImageData(0, 0, 28, 28);
    return window.lenet.classify(Array.from({ length: 784 }, (_, i) => data?.data[4 * i] ?? 0));
  });
  const digit = Number(/digit (\d)/.exec((await page.locator(".inspector-unit").textContent()) ?? "")?.[1]);
  await page.getByText("Backward", { exact: true }).click();
  expect(await value(page, /∂loss\/∂z/)).toBeCloseTo((p[digit] as number) - (digit === 7 ? 1 : 0), 5);
  await expect(page.locator(".inspector")).toContainText("The image is a 7");
});

test("it plays across the map, and stops", async ({ page }) => {
  await open(page, "./#tools=inspector");
  const { channel, y, x } = await pin(page, 0);
  await page.getByRole("button", { name: /Play the window/ }).click();
  await expect(page.locator(".inspector-unit")).toHaveText(`C1 · map ${channel + 1} · row ${y + 1}, column ${x + 3}`);
  await page.getByRole("button", { name: "Pause the window" }).click();
  const column = async () => Number(/column (\d+)/.exec(await page.locator(".inspector-unit").innerText())?.[1]);
  const stopped = await column();
  await page.waitForTimeout(1000);
  expect(await column()).toBe(stopped);
  await page.getByRole("button", { name: "One unit back" }).click();
  await expect.poll(column).toBe(stopped - 1);
  await page.getByLabel("Map", { exact: true }).selectOption("3");
  await expect(page.locator(".inspector-unit")).toContainText("map 3");
});

test("the strongest contributions lead back through the network", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.evaluate(() => window.lenet.train({ steps: 30 }));
  await pin(page, 5);
  await expect(page.locator(".inspector-unit")).toContainText("F6");
  await page.locator(".contributions button").first().click();
  await expect(page.locator(".inspector-unit")).toContainText("C5 · unit");
  await page.getByText("The strongest contributions").click();
  await page.locator(".contributions button").first().click();
  await expect(page.locator(".inspector-unit")).toContainText("S4 · map");
});

test("a network that has diverged is shown with what it has: NaN", async ({ page }) => {
  await open(page, "./#tools=inspector");
  await page.getByRole("button", { name: "Show me one" }).click();
  await expect(page.locator(".inspector-body")).toBeVisible();
  await page.evaluate(async () => {
    const nan = (await window.lenet.parameters()).find(({ name }) => name === "C1.weight");
    if (nan) await window.lenet.setParameters([{ ...nan, data: nan.data.map(() => 3e38) }]);
  });
  await expect(page.locator(".inspector .sum-value.strong b")).toHaveText(/^(∞|NaN)$/);
  await page.getByText("Backward", { exact: true }).click();
  await page.getByText("As a matrix product").click();
  await expect(page.locator(".matrix")).toBeVisible();
});
