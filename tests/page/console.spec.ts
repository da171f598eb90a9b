// The console interface, `window.lenet`.
import { everything, expect, figure, open, test } from "./page";

test("classifies pixels, as bytes and as floats alike", async ({ page }) => {
  await open(page);
  const [bytes, floats] = await page.evaluate(async () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i % 28 === 14 ? 255 : 0));
    return [
      await window.lenet.classify(pixels),
      await window.lenet.classify(Float32Array.from(pixels, (p) => p / 255)),
    ];
  });
  expect(bytes).toHaveLength(10);
  expect((bytes as number[]).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  expect(floats).toEqual(bytes);
});

test("normalises a drawing the same in any scale", async ({ page }) => {
  await open(page);
  const [small, large] = await page.evaluate(async () => {
    const seven = [[3, 3], [9, 3], [5, 12]]; // biome-ignore format: a picture
    const larger = seven.map(([x, y]) => [10 * (x as number) + 400, 10 * (y as number) - 90]);
    return [
      (await window.lenet.classifyDrawing([seven])).pixels,
      (await window.lenet.classifyDrawing([larger])).pixels,
    ];
  });
  expect(small).toHaveLength(784);
  const apart = (small as number[]).map((value, i) => Math.abs(value - ((large as number[])[i] ?? 0)));
  expect(Math.max(...apart)).toBeLessThan(0.02);
});

test("gradients agree with finite differences", async ({ page }) => {
  await open(page);
  const pairs = await page.evaluate(async () => {
    const images = Array.from({ length: 8 }, (_, i) => i);
    const { gradients } = await window.lenet.gradients(images);
    const parameters = await window.lenet.parameters();
    const checked: [string, number, number][] = [];
    for (const [tensor, { name, data }] of gradients.entries()) {
      // The largest gradient of each tensor, where rounding matters least.
      const place = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best] ?? 0) ? i : best), 0);
      const values = parameters[tensor]?.data as Float32Array;
      const middle = values[place] as number;
      const lossAt = async (value: number) => {
        values[place] = value;
        await window.lenet.setParameters(parameters);
        return (await window.lenet.gradients(images)).loss;
      };
      const slope = ((await lossAt(middle + 2e-3)) - (await lossAt(middle - 2e-3))) / 4e-3;
      await lossAt(middle);
      checked.push([name, data[place] as number, slope]);
    }
    return checked;
  });
  expect(pairs.length).toBeGreaterThanOrEqual(10);
  for (const [name, gradient, slope] of pairs) {
    expect(Math.abs(slope - gradient) / Math.abs(gradient), name).toBeLessThan(0.05);
  }
});

test("parameters survive saving and loading", async ({ page }) => {
  await open(page);
  const same = await page.evaluate(async () => {
    const { lenet } = window;
    await lenet.train({ steps: 5 });
    const saved = await lenet.save("safetensors");
    const before = await lenet.parameters();
    await lenet.configure({ seed: 99 });
    await lenet.load(saved);
    const after = await lenet.parameters();
    return before.map(
      ({ name, data }, i) => name === after[i]?.name && data.every((value, j) => value === after[i]?.data[j]),
    );
  });
  expect(same).toEqual(new Array(10).fill(true));
});

test("a network is saved as ONNX", async ({ page }) => {
  await open(page);
  const bytes = await page.evaluate(async () => Array.from((await window.lenet.save("onnx")).subarray(0, 14)));
  // Version 7 of the format, and the producer's name.
  expect(String.fromCharCode(...bytes)).toBe("\x08\x07\x12\x0aLeNet Live");
});

test("the trained network reads the test images, and the page says that it is trained", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "or load a trained one" }).click();
  await expect(page.locator(".voice")).toHaveText(/already trained/);
  const { accuracy, confusion } = await page.evaluate(() => window.lenet.evaluate("test"));
  expect(accuracy).toBeGreaterThan(0.985);
  expect(confusion.flat().reduce((sum, images) => sum + images, 0)).toBe(10_000);
});

test("the page shows what the console does", async ({ page }) => {
  await open(page);
  const description = await page.evaluate(() => window.lenet.configure({ preset: "nielsen2", batch_size: 10 }));
  expect(description.layers.map(({ name }) => name)).toHaveLength(6);
  await expect(page.getByRole("combobox", { name: "Network" })).toHaveValue("nielsen2");
  const status = await page.evaluate(() => window.lenet.train({ steps: 3 }));
  expect(status.step).toBe(3);
  await expect(figure(page, "Step")).toHaveText("3");
});

test("training answers when it is paused", async ({ page }) => {
  await open(page);
  const status = await page.evaluate(async () => {
    const trained = window.lenet.train();
    while ((await window.lenet.status()).step === 0);
    await window.lenet.pause();
    return trained;
  });
  expect(status.phase).toBe("paused");
  expect(status.step).toBeGreaterThan(0);
});

const refusals: [string, RegExp][] = [
  ['configure({ preset: "alexnet" })', /alexnet/],
  ["configure({ learning_rat: 1 })", /learning_rat/],
  ["configure({ layers: [{ type: 'conv', filters: 6, size: 40, stride: 1, padding: 0, activation: 'relu' }] })", /40/],
  ["classify([1, 2, 3])", /784/],
  ["load(new Uint8Array(7))", /checkpoint/],
  ["gradients([60000])", /0 to 59,?999/],
  ['save("pickle")', /pickle/],
  ["train({ foo: 1 })", /no "foo"/],
  ["evaluate(0)", /split cannot be 0/],
  ["save({})", /format cannot be an object/],
  ["setBackend({})", /backend cannot be an object/],
  ['gradients(["a"])', /indices\[0\] cannot be "a"/],
  ["gradients(Array.from({ length: 60001 }, () => 0))", /60,?000/],
  ["setParameters()", /list cannot be undefined/],
  ["classify()", /pixels cannot be undefined/],
  ["load(new Blob([]))", /Blob/],
  ["ensemble()", /members/],
  ["slide({ pixels: [], height: 4e9, width: 4e9 })", /canvas/],
  ["augment(new Uint8Array(784), { count: 4e9 })", /1024/],
  ['setParameters([{ name: "C9.weight", shape: [1], data: new Float32Array(1) }])', /C9/],
];
test("a wrong call is refused with a sentence and changes nothing", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  const before = await everything(page);
  for (const [call, reason] of refusals) {
    const message = await page.evaluate(
      (text) =>
        new Function("lenet", `return lenet.${text}`)(window.lenet).then(
          () => "",
          (error: Error) => error.message,
        ),
      call,
    );
    expect(message, call).toMatch(reason);
    expect(message.split(" ").length, `${call}: "${message}"`).toBeGreaterThan(3);
  }
  expect(await everything(page)).toEqual(before);
  expect(before).toMatchObject({ preset: "lenet5", step: 3 });
});

const extremes = [
  "classifyDrawing([])",
  "classifyDrawing([[]])",
  "classifyDrawing([[[0, 0]]])",
  "classifyDrawing([[[3e38, -3e38], [0, 1e-38], [-3e38, 3e38]]])",
  "classifyDrawing([[[1e-40, 0], [0, 1e-40, 1e30]]])",
  "slide([])",
  "slide([[[3e38, -3e38], [-3e38, 3e38]], [[0, 0]]])",
  "slide([[[0, 0], [3e38, 1]], [[0, 0, -5], [0, 1]]])",
  "slide({ pixels: new Float32Array(140 * 1120), height: 140, width: 1120 })",
  "slide({ pixels: [1], height: 1, width: 1 })",
  "augment(new Uint8Array(784), { first: 4294967295, count: 2 })",
  "classify(new Float32Array(784).fill(1))",
  "gradients(Array.from({ length: 2000 }, () => 59999))",
  "setParameters([])",
  'setParameters([{ name: "C1.bias", shape: [4294967295, 4294967295], data: [] }])',
  "load(new Uint8Array(8).fill(255))",
  "load(new Uint8Array(3_000_000))",
  "ensemble({ members: -Infinity })",
  "configure({ seed: -0.5 })",
  "configure({ layers: [] })",
  'configure({ layers: [{ type: "dense", units: 4294967295, activation: "none" }] })',
];
test("extreme values are answered or refused, and the engine lives", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  const before = await everything(page);
  for (const call of extremes) {
    const message = await page.evaluate(
      (text) =>
        new Function("lenet", `return lenet.${text}`)(window.lenet).then(
          () => "",
          (error: Error) => error.message,
        ),
      call,
    );
    expect(message, call).not.toMatch(/unreachable|memory access|out of bounds|overflow|recursive use|NaN/);
  }
  expect(await everything(page)).toEqual(before);
});
