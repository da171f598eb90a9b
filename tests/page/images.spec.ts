// Choosing images: by digit, by wrong predictions, and by how strongly they excite a feature map.
import { expect, open, test } from "./page";

test("the strip scrolls, and shows one digit if asked", async ({ page }) => {
  await open(page);
  const strip = page.getByRole("group", { name: "Chosen image" });
  await page.getByLabel("Only one digit").selectOption("4");
  await expect(page.locator(".image-strip")).toContainText("982");
  await expect(strip.getByRole("button").first()).toHaveAccessibleName("Test image 4, a 4");
  await strip.evaluate((element) => {
    element.scrollLeft = 20_000;
  });
  const first = strip.getByRole("button").first();
  await expect(first).not.toHaveAccessibleName("Test image 4, a 4");
  await expect(first).toHaveAccessibleName(/a 4$/);
  await strip.evaluate((element) => {
    element.scrollLeft = 0;
  });
  await strip.getByRole("button", { name: "Test image 6, a 4" }).click();
  await page.getByRole("button", { name: "Next test image" }).click();
  await expect(page.getByRole("spinbutton", { name: "Test image" })).toHaveValue("19");
});

test("images listed as wrong are predicted wrong", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 200 }));
  const { confusion } = await page.evaluate(() => window.lenet.evaluate("test"));
  const wrong = 10_000 - confusion.reduce((sum, row, i) => sum + (row[i] as number), 0);
  await page.getByLabel("predicted wrongly").check();
  await expect(page.locator(".image-strip")).toContainText(wrong.toLocaleString("en"));
  for (let i = 0; i < 3; i++) {
    await page.getByRole("button", { name: "Next test image" }).click();
    await expect(page.locator(".verdict")).toContainText("wrong: it is a");
  }
});

test("the nine images that excite a map most lead to their units", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.train({ steps: 100 }));
  await page.getByRole("button", { name: "Predict all test images" }).click();
  const images = page.locator(".excited-image");
  await expect(images).toHaveCount(9);
  const values = await page.locator(".excited-images li > span").allTextContents();
  expect(values.map(Number)).toEqual(values.map(Number).toSorted((a, b) => b - a));
  await images.nth(2).click();
  await expect(page.locator(".inspector-unit")).toContainText("C1 · map 1");
  // The unit's value is the one that was found.
  const shown = page.locator(".inspector .sum-value.strong b");
  await expect(shown).toHaveText(values[2] as string);
});

test("filters: the change since the start, the strongest first; maps before the activation", async ({ page }) => {
  await open(page);
  const filters = page.getByRole("region", { name: "Filters" });
  await filters.getByText("Change").click();
  const reach = filters.locator(".legend-number").last();
  await expect(reach).toHaveText(/^\+?0$/);
  await page.evaluate(() => window.lenet.train({ steps: 50 }));
  await expect(reach).not.toHaveText(/^\+?0$/);
  await filters.getByLabel("Strongest first").check();
  const maps = page.getByRole("region", { name: "Feature maps" });
  await maps.getByLabel("Before the activation").check();
  await expect(maps.locator(".legend-number").first()).toContainText("−");
  await maps.getByText("S2", { exact: true }).click();
  await expect(maps.getByLabel("Before the activation")).toHaveCount(0);
});
