// axe finds nothing serious on the page in both themes at five sizes, and in any tool at two of them.
import { faults, OTHER_SIZES, SIZES } from "./faults";
import { expect, open, openTool, test } from "./page";

for (const { name, ...size } of SIZES) {
  test(name, async ({ page }) => {
    await page.setViewportSize(size);
    await open(page);
    await page.evaluate(() => window.lenet.train({ steps: 100 }));
    await openTool(page, "Feature maps");
    await page.getByRole("button", { name: "Predict all test images" }).click();
    await expect(page.locator(".excited-image")).toHaveCount(9);
    await openTool(page, "Filters");
    expect(await faults(page), "the page").toEqual([]);
    await openTool(page, "Inspector");
    await page.getByRole("button", { name: "Show me one" }).click();
    for (const tab of ["Forward", "Backward", "As a matrix product"]) {
      await page.getByText(tab, { exact: true }).click();
      expect(await faults(page, ".inspector-panel"), tab).toEqual([]);
    }
    await openTool(page, "Mistakes");
    await page.locator(".mistakes-worst button").first().click();
    await expect(page.locator(".mistakes-images .thumbnail").first()).toBeVisible();
    expect(await faults(page, ".mistakes-panel"), "Mistakes").toEqual([]);
    await openTool(page, "Layers");
    await page.getByText("What each kind of layer does").click();
    for (const tool of ["Layers", "Read a number", "Ensemble", "Preprocessing"]) {
      await openTool(page, tool);
      expect(await faults(page, ".dock"), tool).toEqual([]);
    }
    await page.getByRole("button", { name: "Keys" }).click();
    expect(await faults(page, "#help"), "Keys").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await page.getByRole("button", { name: "A good start" }).click();
    await expect(page.getByRole("img", { name: /changed 16 times/ })).toBeVisible();
    expect(await faults(page, "#settings"), "Settings").toEqual([]);
  });
}

for (const { name, ...size } of OTHER_SIZES) {
  test(`the first tools at ${name}`, async ({ page }) => {
    await page.setViewportSize(size);
    await open(page);
    await page.evaluate(() => window.lenet.train({ steps: 20 }));
    expect(await faults(page)).toEqual([]);
  });
}
