// axe finds nothing serious in any view, with a pinned unit, in both themes, on a desktop and on a phone.
import { faults, SIZES } from "./faults";
import { expect, open, test } from "./page";

for (const { name, ...size } of SIZES) {
  test(name, async ({ page }) => {
    await page.setViewportSize(size);
    await open(page);
    await page.evaluate(() => window.lenet.train({ steps: 100 }));
    await page.getByRole("button", { name: "Show me one" }).click();
    await page.getByRole("button", { name: "Predict all test images" }).click();
    await expect(page.locator(".excited-image")).toHaveCount(9);
    await page.locator(".mistakes-worst button").first().click();
    await expect(page.locator(".mistakes-images .thumbnail").first()).toBeVisible();
    await page.getByText("What each kind of layer does").click();
    expect(await faults(page)).toEqual([]);
    for (const tab of ["Backward", "As a matrix product"]) {
      await page.getByText(tab, { exact: true }).click();
      expect(await faults(page, ".inspector-panel"), tab).toEqual([]);
    }
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await page.getByRole("button", { name: "A good start" }).click();
    await expect(page.getByRole("img", { name: /changed 16 times/ })).toBeVisible();
    expect(await faults(page, "#settings"), "Settings").toEqual([]);
  });
}
