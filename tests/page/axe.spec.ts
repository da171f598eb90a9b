// axe finds nothing serious on any view: with a unit pinned, in both themes, on a desktop and on a phone.
import AxeBuilder from "@axe-core/playwright";
import { expect, open, test } from "./page";

for (const theme of ["light", "dark"] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    test(`${theme}, ${width}×${height}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height });
      await open(page);
      await page.evaluate(() => window.lenet.train({ steps: 100 }));
      await page.getByRole("button", { name: "Show me one" }).click();
      await page.getByRole("button", { name: "Look through all test images" }).click();
      await expect(page.locator(".excited-image")).toHaveCount(9);
      await page.locator(".mistakes-worst button").first().click();
      await expect(page.locator(".mistakes-image").first()).toBeVisible();
      await page.getByText("What each kind of layer does").click();
      for (const tab of ["Forward", "Backward", "As a matrix product", "Settings"]) {
        if (tab === "Settings") {
          await page.getByRole("button", { name: tab, exact: true }).click();
          await page.getByRole("button", { name: "A good start" }).click();
          await expect(page.getByRole("img", { name: /changed 16 times/ })).toBeVisible();
        } else await page.getByText(tab, { exact: true }).click();
        const { violations } = await new AxeBuilder({ page }).analyze();
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const words = grave.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" ")}`,
        );
        expect(words, tab).toEqual([]);
      }
    });
  }
}
