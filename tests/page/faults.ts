// The accessibility faults that axe finds, on a desktop and on a phone, in both themes.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

interface Look {
  theme: "light" | "dark";
  width: number;
  height: number;
}

/** The combinations to test, each with a name for its test. */
export const LOOKS: (Look & { name: string })[] = (["light", "dark"] as const).flatMap((theme) =>
  [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ].map((size) => ({ ...size, theme, name: `${theme}, ${size.width}×${size.height}` })),
);

/** Sets theme and size, before the page is opened. */
export async function dress(page: Page, { theme, width, height }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
}

/** Every serious or critical fault as a sentence, on the whole page or within one element. */
export async function faults(page: Page, within?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" ")}`,
  );
}
