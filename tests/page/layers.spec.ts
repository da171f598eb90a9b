// The list of layers: its costs, the refusal of a list that does not fit, training one that fits; and the shape lab.
import { expect, open, test } from "./page";

test("the table of LeNet-5 has its 61,706 parameters and 416,520 products", async ({ page }) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  const rows = panel.locator("tbody tr");
  await expect(rows).toHaveCount(8);
  await expect(rows.nth(3)).toContainText("16×10×10 = 1,600");
  await expect(rows.nth(3)).toContainText("2,416");
  await expect(rows.nth(3)).toContainText("240,000");
  const totals = panel.locator("tfoot");
  await expect(totals).toContainText("61,706");
  await expect(totals).toContainText("416,520");
  await expect(totals).toContainText("246.8 kB");
});

test("a list that does not fit is refused with the arithmetic, and the network continues to train", async ({
  page,
}) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  await panel.getByLabel("size of C3").fill("15");
  await panel.getByLabel("size of C3").blur();
  await expect(panel.getByRole("alert")).toHaveText(
    "C3: a window of 15×15 does not fit into 14 + 2·0 = 14: make the window smaller or the padding larger",
  );
  await expect(panel.locator("tr.wrong")).toHaveCount(1);
  await expect(panel.getByRole("button", { name: "Make this the network" })).toBeDisabled();
  expect((await page.evaluate(() => window.lenet.train({ steps: 3 }))).preset).toBe("lenet5");
  await page.evaluate(() => window.lenet.reset());
  await expect(panel.getByRole("alert")).toHaveCount(1); // a reset keeps the draft
  await panel.getByRole("button", { name: "Back to the network" }).click();
  await expect(panel.getByRole("alert")).toHaveCount(0);
});

test("a list that fits is trained: a layer is added, changed, moved and removed", async ({ page }) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  await panel.getByRole("button", { name: "Remove F6" }).click();
  await panel.getByRole("button", { name: "Dense", exact: true }).click();
  await expect(panel.getByLabel("units of F6")).toHaveValue("64"); // until then the field is the output's
  await panel.getByLabel("units of F6").fill("20");
  await panel.getByLabel("units of F6").blur();
  await panel.getByRole("button", { name: "Convolution", exact: true }).click();
  // A convolution of 3×3 with padding 1 fits a dense layer's 1×1 too; moved up twice, it follows S4.
  await panel
    .getByRole("button", { name: /one up/ })
    .nth(6)
    .click();
  await panel
    .getByRole("button", { name: /one up/ })
    .nth(5)
    .click();
  await panel.getByRole("button", { name: "Make this the network" }).click();
  await expect(page.locator(".layers .view-words").first()).toContainText("The layers of the network that trains");
  const status = await page.evaluate(() => window.lenet.train({ steps: 2 }));
  expect(status).toMatchObject({ preset: "custom", step: 2 });
  const names = await page.evaluate(async () =>
    (await window.lenet.parameters()).map(({ name, shape }) => `${name} ${shape}`),
  );
  expect(names).toContain("C5.weight 8,16,3,3");
  expect(names).toContain("Output.weight 10,20");
});

test("a layer is dragged to another place", async ({ page }) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  const name = (text: string) => panel.getByRole("rowheader", { name: text, exact: true });
  await name("F6").dragTo(name("C5"));
  // The dense layers of 84 and 120 have changed places.
  await expect(panel.getByLabel("units of C5")).toHaveValue("84");
  await expect(panel.getByLabel("units of F6")).toHaveValue("120");
  await expect(panel.getByRole("button", { name: "Make this the network" })).toBeEnabled();
});

test("a stride that does not fit is rounded down as in PyTorch, and what is never seen is said", async ({ page }) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  await panel.getByLabel("stride of C3").fill("2");
  await panel.getByLabel("stride of C3").blur();
  await expect(panel.locator(".layers-note")).toHaveText([
    "C3: (14 − 5 + 2·0)/2 + 1 = 5.5 places a side are rounded down to 5, as in PyTorch, so no unit sees row and column 14 of its input.",
    "S4: (5 − 2 + 2·0)/2 + 1 = 2.5 places a side are rounded down to 2, as in PyTorch, so no unit sees row and column 5 of its input.",
  ]);
  await panel.getByRole("button", { name: "Make this the network" }).click();
  await expect(panel.locator(".layers-note")).toHaveCount(2);
  expect(await page.evaluate(() => window.lenet.train({ steps: 2 }))).toMatchObject({ preset: "custom", step: 2 });
});

test("the lab says how many places there are, or why there are none", async ({ page }) => {
  await open(page, "./#tools=layers");
  const lab = page.getByRole("region", { name: "Shape lab" });
  await expect(lab).toContainText("3 places a side, 3×3 a map");
  await lab.getByLabel("W width of the input").fill("10");
  // The example of CS231n's notes.
  await expect(lab.getByRole("status")).toHaveText(
    "(W − F + 2P)/S + 1 = (10 − 3 + 2·0)/2 + 1 = 4.5, rounded down to 4 places a side, 4×4 a map",
  );
  await expect(lab).toContainText("CS231n");
  await expect(lab).toContainText("row 10 and column 10 are never seen");
  await expect(lab.locator(".left-over")).toHaveCount(1);
  await lab.getByRole("button", { name: "Crop to W = 9" }).click();
  await expect(lab.getByRole("status")).toContainText("= 4");
  await expect(lab.locator(".left-over, .shape-misfit")).toHaveCount(0);
  await lab.getByLabel("P zero padding").fill("1");
  await lab.getByLabel("S stride").fill("1");
  await expect(lab.getByRole("status")).toContainText("9×9 a map");
  await expect(lab.locator(".window")).toHaveCount(9);
  await lab.getByLabel("F size of the filter").fill("30");
  await expect(lab).toContainText("It does not fit: a window of 30×30 does not fit into 9 + 2·1 = 11");
});

test("LeNet-5 of 1998: 60,000 parameters that learn, a table, and pictures that stay as they are", async ({ page }) => {
  await open(page, "./#tools=layers");
  await page.getByLabel("Network").first().selectOption("lenet5_1998");
  const panel = page.getByRole("region", { name: "Layers" });
  await expect(panel.locator("tfoot")).toContainText("60,000");
  await expect(panel.locator("tbody tr").nth(4)).toContainText("1,516");
  await expect(panel.getByLabel("Connections of C3")).toHaveValue("lecun1998");
  const parameter = (name: string) =>
    page.evaluate(
      async (name) => [...((await window.lenet.parameters()).find((each) => each.name === name)?.data ?? [])],
      name,
    );
  const pictures = await parameter("Output.weight");
  expect(pictures).toHaveLength(840);
  expect((await page.evaluate(() => window.lenet.train({ steps: 20 }))).step).toBe(20);
  expect(await parameter("Output.weight")).toEqual(pictures);
  // The second filter does not see the first map.
  const weights = await parameter("C3.weight");
  expect(weights.slice(150, 175).every((weight) => weight === 0)).toBe(true);
  expect(weights.slice(175, 200).every((weight) => weight !== 0)).toBe(true);
  const refused = page.evaluate(async () => {
    const all = await window.lenet.parameters();
    const table = all.filter(({ name }) => name === "C3.weight");
    await window.lenet.setParameters(table.map((tensor) => ({ ...tensor, data: tensor.data.map(() => 1) })));
  });
  await expect(refused).rejects.toThrow("C3.weight: what the table does not connect has to be 0");
  expect(await parameter("C3.weight")).toEqual(weights);
});

test("a frame is added at the start, an RBF output at the end, and a misfit is refused", async ({ page }) => {
  await open(page, "./#tools=layers");
  const panel = page.getByRole("region", { name: "Layers" });
  await panel.getByRole("button", { name: "RBF output" }).click();
  await panel.getByRole("button", { name: "Frame" }).click();
  await expect(panel.locator("tbody tr").nth(1)).toContainText("Frame");
  await expect(panel.getByRole("alert")).toHaveCount(0);
  const units = panel.getByLabel(/^units of/).nth(1);
  await units.fill("80");
  await units.blur();
  await expect(panel.getByRole("alert")).toContainText(
    "Output: 80 inputs, and the pictures of the digits have 7·12 = 84",
  );
  await units.fill("84");
  await units.blur();
  await panel.getByLabel("padding of C1").fill("0");
  await panel.getByLabel("padding of C1").blur();
  await panel.getByRole("button", { name: "Make this the network" }).click();
  await expect(page.locator(".layers .view-words").first()).toContainText("The layers of the network that trains");
  expect(await page.evaluate(() => window.lenet.train({ steps: 2 }))).toMatchObject({ preset: "custom", step: 2 });
});
