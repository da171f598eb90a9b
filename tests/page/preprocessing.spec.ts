// Preprocessing on the page: chosen in its panel or the console, applied to every image alike, shown, and saved in files.
import { expect, open, test } from "./page";

const panel = "section[aria-label=Preprocessing]";

test("the panel starts a network with the chosen preprocessing, and shows its numbers", async ({ page }) => {
  await open(page, "./#preset=lenet5_1998&tools=preprocessing");
  const chosen = page.locator(panel);
  await expect(chosen.getByRole("radio", { name: "None" })).toBeChecked();
  await chosen.getByRole("radio", { name: "PCA whitening" }).check();
  await expect(chosen.getByRole("img", { name: /Principal component/ })).toHaveCount(16);
  await expect(page).toHaveURL(/preset=lenet5_1998&preprocessing=whiten/);
  await page.getByLabel("Network", { exact: true }).first().waitFor();
  const names = await page.evaluate(async () =>
    (await window.lenet.parameters()).map(({ name, shape }) => `${name} ${shape}`),
  );
  expect(names.slice(0, 3)).toEqual(["Preprocess.components 100,28,28", "Preprocess.mean 28,28", "C1.weight 6,1,5,5"]);
  // Another preset keeps it, and it can be switched off.
  await page.getByRole("combobox", { name: "Network" }).selectOption("nielsen1");
  await expect(page).toHaveURL(/preset=nielsen1&preprocessing=whiten/);
  await chosen.getByRole("radio", { name: "None" }).check();
  await expect(page).toHaveURL(/preset=nielsen1&tools=preprocessing$/);
});

test("a drawing is preprocessed like the training images", async ({ page }) => {
  await open(page, "./#tools=preprocessing");
  const difference = await page.evaluate(async () => {
    const layers = [{ type: "dense", units: 10, activation: "none" }] as never[];
    await window.lenet.configure({ layers, preprocessing: "standardize", seed: 3 });
    const strokes = [
      [
        [0, 0],
        [10, 30],
        [20, 60],
      ],
    ];
    const { pixels, probabilities } = await window.lenet.classifyDrawing(strokes);
    const parameters = new Map((await window.lenet.parameters()).map(({ name, data }) => [name, [...data]]));
    const of = (name: string) => parameters.get(name) as number[];
    const seen = pixels.map((x, i) => (x - (of("Preprocess.mean")[i] ?? 0)) * (of("Preprocess.scale")[i] ?? 0));
    const logits = probabilities.map((_, k) =>
      seen.reduce((sum, x, i) => sum + x * (of("Output.weight")[784 * k + i] ?? 0), of("Output.bias")[k] ?? 0),
    );
    const largest = Math.max(...logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    return Math.max(...probabilities.map((p, k) => Math.abs(p - Math.exp((logits[k] ?? 0) - largest) / total)));
  });
  expect(difference).toBeLessThan(1e-5);
});

test("a whitened network learns, and its file contains the whitening", async ({ page }) => {
  await open(page, "./#tools=preprocessing");
  const [trained, loaded] = await page.evaluate(async () => {
    await window.lenet.configure({ preset: "nielsen1", preprocessing: "whiten" });
    await window.lenet.train({ steps: 150 });
    const before = await window.lenet.evaluate("test");
    const file = await window.lenet.save();
    await window.lenet.configure({});
    await window.lenet.load(file);
    return [before.accuracy, (await window.lenet.evaluate("test")).accuracy];
  });
  expect(trained).toBeGreaterThan(0.85);
  expect(loaded).toBe(trained);
});
