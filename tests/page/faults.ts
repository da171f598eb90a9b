// The accessibility faults that axe finds, on a desktop and on a phone, in both themes.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const named = (sizes: [width: number, height: number][]) =>
  sizes.map(([width, height]) => ({ width, height, name: `${width}×${height}` }));

/** A desktop and a phone, each with a name for its test. */
export const SIZES = named([
  [1440, 900],
  [390, 844],
]);
/** Others, on which the page has another shape or more room. */
export const OTHER_SIZES = named([
  [1920, 1080],
  [1366, 657],
  [768, 1024],
]);

/** Every serious or critical fault in either theme, on the whole page or within one element. */
export async function faults(page: Page, within?: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    found.push(...(await faultsNow(page, within)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return found;
}

/** Every serious or critical fault as a sentence, in the theme that is shown. */
export async function faultsNow(page: Page, within?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" ")}`,
  );
}
