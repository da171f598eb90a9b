// A browser whose language is no language tag, as where the system's locale is `C`: the page works as elsewhere.
import { expect, figure, open, test } from "./page";

for (const language of ["C", "en-US@posix"]) {
  test(`the page starts and draws its curves where the language is ${language}`, async ({ page }) => {
    await page.addInitScript((value) => {
      Object.defineProperty(Navigator.prototype, "language", { get: () => value, configurable: true });
    }, language);
    await open(page);
    expect(await page.evaluate(() => window.lenet.train({ steps: 20 }))).toMatchObject({ step: 20 });
    await expect(figure(page, "Step")).toHaveText("20");
    await expect(page.locator(".uplot canvas").first()).toBeVisible();
  });
}
