// The confusion matrix: it agrees with the engine's, its cells list the images they count, and it shows what rare digits do.
import type { Page } from "@playwright/test";
import { answer, expect, open, test } from "./page";

const panel = (page: Page) => page.getByRole("region", { name: "Mistakes" });
const cell = (page: Page, label: number, predicted: number) =>
  panel(page).locator(`[data-cell="${label} ${predicted}"]`);
const images = (page: Page) => panel(page).locator(".thumbnail");

/** The shown counts, row by row. */
const shown = (page: Page) =>
  panel(page)
    .locator("[data-count]")
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.count)));

const confusion = (page: Page) => page.evaluate(async () => (await window.lenet.evaluate("test")).confusion);

/** A short epoch: 12,730 images, of which 50 are nines. */
async function trainSkewed(page: Page, others: Record<string, unknown> = {}): Promise<void> {
  await page.evaluate((others) => window.lenet.configure({ imbalance: 100, ...others }), others);
  await page.evaluate(() => window.lenet.train({ epochs: 1 }));
  await expect(panel(page).locator(".cell").first()).toBeVisible();
}

/** A mistake that happens two to six times. */
function fewOf(matrix: number[][]): { label: number; predicted: number; count: number } {
  const all = matrix.flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })));
  const few = all.find(({ label, predicted, count }) => label !== predicted && count >= 2 && count <= 6);
  if (!few) throw new Error("no mistake happens two to six times");
  return few;
}

test("the matrix agrees with an evaluation of the test images, and has recall and precision", async ({ page }) => {
  await open(page, "./#tools=mistakes");
  await expect(panel(page)).toContainText("The predictions for the 10,000 test images");
  await trainSkewed(page);
  const matrix = await confusion(page);
  await expect.poll(() => shown(page)).toEqual(matrix.flat());
  const correct = matrix.reduce((sum, row, label) => sum + (row[label] as number), 0);
  await expect(panel(page)).toContainText(`${(correct / 100).toFixed(2)}\u202f% correct`);
  const eights = matrix[8] as number[];
  const recall = (100 * (eights[8] as number)) / eights.reduce((sum, count) => sum + count, 0);
  await expect(panel(page).locator("tbody tr").nth(8).locator(".edge")).toHaveText(recall.toFixed(1));
  const readAsZero = matrix.map((row) => row[0] as number);
  const precision = (100 * (readAsZero[0] as number)) / readAsZero.reduce((sum, count) => sum + count, 0);
  await expect(panel(page).locator("tfoot .edge").first()).toHaveText(precision.toFixed(1));
  // After more steps it names the step of its evaluation, and evaluates again on request.
  await page.evaluate(() => window.lenet.train({ steps: 50 }));
  await expect(panel(page).locator(".view-bar").first()).toContainText("at step 397, 1.0 epochs");
  await panel(page).getByRole("button", { name: "Predict them all now" }).click();
  await expect(panel(page).locator(".view-bar").first()).toContainText("wrong, now");
  expect(await shown(page)).toEqual((await confusion(page)).flat());
});

test("a cell lists exactly its images, and an image becomes the chosen one", async ({ page }) => {
  await open(page, "./#tools=mistakes");
  await trainSkewed(page);
  const { label, predicted, count } = fewOf(await confusion(page));
  await cell(page, label, predicted).click();
  await expect(images(page)).toHaveCount(count);
  const numbers = await images(page).evaluateAll((all) => all.map((image) => (image as HTMLElement).dataset.index));
  expect(new Set(numbers).size).toBe(count);
  // As many different images as the evaluation counted, each with that label and that prediction, are exactly its images.
  const confidences: number[] = [];
  for (let i = 0; i < count; i++) {
    await images(page).nth(i).click();
    await expect(images(page).nth(i)).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByLabel("Test image", { exact: true })).toHaveValue(numbers[i] as string);
    await expect(page.locator(".image-choice").first()).toContainText(`label ${label}`);
    await expect(answer(page)).toHaveText(String(predicted));
    confidences.push(
      Number.parseFloat((await panel(page).locator(".mistakes-images li > span").nth(i).innerText()).replace(">", "")),
    );
  }
  expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
  // Correct predictions are listed in parts, the least confident first.
  await cell(page, 0, 0).click();
  await expect(images(page)).toHaveCount(40);
  await panel(page)
    .getByRole("button", { name: /^40 more of/ })
    .click();
  await expect(images(page)).toHaveCount(80);
  await panel(page).getByRole("button", { name: "Close these images" }).click();
  await expect(images(page)).toHaveCount(0);
});

test("the keys go from cell to cell", async ({ page }) => {
  await open(page, "./#tools=mistakes");
  await trainSkewed(page);
  await cell(page, 0, 0).focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await expect(cell(page, 2, 1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(panel(page).getByRole("region", { name: "Test images of 2 predicted as 1" })).toBeVisible();
  for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowLeft");
  await expect(cell(page, 2, 0)).toBeFocused();
});

test("imbalance leaves geometrically fewer training images; sampling and weights make up for it", async ({ page }) => {
  await open(page, "./#tools=mistakes");
  const all = (await page.evaluate(() => window.lenet.status())).digits.map(({ samples }) => samples);
  expect(all.reduce((sum, count) => sum + count, 0)).toBe(50_000);
  await trainSkewed(page);
  const skewed = (await page.evaluate(() => window.lenet.status())).digits.map(({ samples }) => samples);
  expect(skewed).toEqual(all.map((count, digit) => Math.ceil(count * 100 ** (-digit / 9))));
  const rows = panel(page).locator(".mistakes-digits tbody tr");
  for (const [digit, count] of skewed.entries()) {
    await expect(rows.nth(digit)).toContainText(count.toLocaleString("en-US"));
  }
  const before = await confusion(page);
  await trainSkewed(page, { balanced_sampling: true });
  await expect(rows.nth(9)).toContainText("1,271");
  const after = await confusion(page);
  // Rare digits are found more often than before.
  expect(after[8]?.[8]).toBeGreaterThan(before[8]?.[8] as number);
  await panel(page).getByLabel("Compare with").selectOption({ index: 1 });
  const more = (after[8]?.[8] as number) - (before[8]?.[8] as number);
  await expect(cell(page, 8, 8)).toHaveText(`+${more}`);
  await page.evaluate(() => window.lenet.configure({ imbalance: 100, class_weights: true }));
  const { digits } = await page.evaluate(() => window.lenet.status());
  const weights = digits.map(({ samples, weight }) => (10 * samples * weight) / skewed.reduce((sum, n) => sum + n, 0));
  for (const each of weights) expect(each).toBeCloseTo(1, 4);
});
