// The inspector of every kind of layer: it explains the layer, and its numbers follow from the layer's arithmetic.
import type { Page } from "@playwright/test";
import type { Layer } from "../../www/engine/pkg/lenet";
import { expect, open, test } from "./page";

// Room for three large tools.
test.use({ viewport: { width: 2560, height: 1080 } });

const inspector = (page: Page) => page.getByRole("region", { name: "Inspector" });

/** Pins the unit at this place of a layer's feature maps. */
async function pin(page: Page, layer: string, [x, y]: [number, number]): Promise<void> {
  const maps = page.getByRole("region", { name: "Feature maps" });
  await maps.locator(".segments").getByText(layer, { exact: true }).click();
  await maps.locator(".picture canvas").click({ position: { x, y } });
  await expect(inspector(page).locator(".inspector-unit")).toContainText(`${layer} · `);
  await expect(inspector(page).locator(".inspector-numbers")).toBeVisible();
}

/** The numbers of the equation, by their labels. */
async function numbers(page: Page): Promise<Record<string, number>> {
  const values = await inspector(page)
    .locator(".equation .sum-value")
    .evaluateAll((all) =>
      all.map((each) => [
        (each.querySelector("span") as HTMLElement).innerText,
        Number((each.querySelector("b") as HTMLElement).dataset.value),
      ]),
    );
  return Object.fromEntries(values);
}

const grid = (page: Page, title: string) =>
  inspector(page)
    .getByRole("table", { name: title, exact: true })
    .locator("td")
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));

const sum = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

test("LeNet-5 of 1998: the frame, a filter of three maps, and the picture of a digit", async ({ page }) => {
  await open(page, "./#tools=filters,maps,inspector");
  await page.evaluate(() => window.lenet.configure({ preset: "lenet5_1998" }));
  await page.evaluate(() => window.lenet.train({ steps: 20 }));
  await pin(page, "Frame", [80, 60]);
  await expect(inspector(page)).toContainText("(28 − 1 + 2·2)/1 + 1 = 32 places a side");
  const framed = await numbers(page);
  expect((framed["x of Input"] as number) * (framed["ink − paper"] as number) + (framed.paper as number)).toBeCloseTo(
    framed.activation as number,
    5,
  );
  await pin(page, "C3", [50, 60]);
  await expect(inspector(page)).toContainText("6 maps of S2, of which this filter is connected to 3");
  await expect(inspector(page).locator(".channels .absent")).toHaveCount(3);
  await expect(inspector(page).locator(".channels input:disabled")).toHaveCount(3);
  const added = await numbers(page);
  expect((added["Σ of 75 products"] as number) + (added.bias as number)).toBeCloseTo(
    added["pre-activation z"] as number,
    4,
  );
  // The table leaves each filter without some maps, and the view says so.
  await expect(page.getByRole("region", { name: "Filters" })).toContainText("each on 3, 4 or 6 of the 6 maps");

  await pin(page, "Output", [7, 7]);
  const pictures = await page.evaluate(async () => {
    const output = (await window.lenet.parameters()).find(({ name }) => name === "Output.weight");
    return [...(output?.data ?? [])].slice(0, 84);
  });
  expect(await grid(page, "Picture of a 0")).toEqual(pictures);
  const [inputs, parts] = [await grid(page, "F6 as 7×12"), await grid(page, "−(difference)²")];
  for (const [i, part] of parts.entries()) {
    expect(part).toBeCloseTo(-(((inputs[i] as number) - (pictures[i] as number)) ** 2), 4);
  }
  expect(sum(parts)).toBeCloseTo((await numbers(page))["pre-activation z"] as number, 2);
  await inspector(page).getByText("Backward", { exact: true }).click();
  await expect(inspector(page).getByRole("table", { name: "To F6" }).locator("tr")).toHaveCount(12);
});

const LAYERS: Layer[] = [
  { type: "conv", filters: 6, size: 5, stride: 1, padding: 0, activation: "none", connections: "all" },
  { type: "prelu" },
  { type: "pool", kind: "l2", size: 2, stride: 2 },
  { type: "conv", filters: 8, size: 5, stride: 1, padding: 0, activation: "none", connections: "all" },
  { type: "rrelu" },
  { type: "pool", kind: "average", size: 2, stride: 2 },
  { type: "dropout", rate: 0.3 },
  { type: "dense", units: 30, activation: "sigmoid" },
  { type: "dense", units: 10, activation: "none" },
];

test("elementwise layers are explained in words, both ways", async ({ page }) => {
  await open(page, "./#tools=maps,layers,inspector");
  await page.evaluate((layers) => window.lenet.configure({ layers }), LAYERS);
  await page.evaluate(() => window.lenet.train({ steps: 20 }));
  for (const [layer, words] of [
    ["A2", /slope that this map/],
    ["A5", /training draws another/],
    ["D7", /In training each becomes 0 with probability 0\.30/],
  ] as const) {
    await pin(page, layer, [50, 60]);
    await expect(inspector(page)).toContainText(words);
    await expect(inspector(page)).toContainText("It depends on one number:");
    const values = await numbers(page);
    const [x, factor, activation] = Object.values(values) as [number, number, number];
    expect(x * factor, layer).toBeCloseTo(activation, 5);
    await inspector(page).getByText("Backward", { exact: true }).click();
    const [arrives, slope, handed] = Object.values(await numbers(page)) as [number, number, number];
    expect(slope).toBe(factor);
    expect(Math.abs(arrives * slope - handed)).toBeLessThanOrEqual(1e-6 * Math.abs(handed));
    await inspector(page).getByText("Forward", { exact: true }).click();
  }
  await pin(page, "S6", [20, 20]);
  await inspector(page).getByText("Backward", { exact: true }).click();
  await expect(inspector(page)).toContainText("each the same share");
});

test("a layer that is added goes where it fits", async ({ page }) => {
  await open(page, "./#tools=maps,layers,inspector");
  const layers = page.getByRole("region", { name: "Layers" });
  await layers.getByRole("button", { name: "Parametric ReLU" }).click();
  await expect(layers.getByLabel("Activation of F6")).toHaveValue("none");
  await expect(layers.getByRole("rowheader", { name: "A7" })).toBeVisible();
  await layers.getByRole("button", { name: "Pooling", exact: true }).click();
  await layers.getByLabel("size of S5").fill("3");
  await layers.getByLabel("size of S5").blur();
  await expect(layers.getByRole("alert")).toHaveCount(0);
  await layers.getByRole("button", { name: "Make this the network" }).click();
  await expect(layers.locator(".view-words").first()).toContainText("The layers of the network that trains");
  const names = await page.evaluate(async () => (await window.lenet.parameters()).map(({ name }) => name));
  expect(names.some((name) => name.startsWith("A8."))).toBe(true);
  expect(await page.evaluate(() => window.lenet.train({ steps: 2 }))).toMatchObject({ preset: "custom", step: 2 });
});

test("each kind of layer has a line of help, with its source", async ({ page }) => {
  await open(page, "./#tools=maps,layers,inspector");
  const layers = page.getByRole("region", { name: "Layers" });
  await layers.getByText("What each kind of layer does").click();
  const names = await layers.locator(".layers-help dt").allInnerTexts();
  const kinds = await layers.locator(".layers-tools button.small").allInnerTexts();
  expect(kinds.length).toBeGreaterThanOrEqual(9);
  for (const kind of kinds) expect(names).toContain(kind);
  for (const source of [
    /LeCun and others 1998/,
    /Srivastava and others 2014/,
    /He and others 2015/,
    /Xu and others 2015/,
  ]) {
    await expect(layers.locator(".layers-help")).toContainText(source);
  }
});
