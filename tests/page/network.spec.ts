// Pointing at the network: the sign shows name and number, keys move from unit to unit and pin, and all views follow.
import type { Page } from "@playwright/test";
import { expect, open, test } from "./page";

const network = (page: Page) => page.getByRole("application", { name: "The network, layer by layer" });
/** The sign at the pointer in the network's picture. */
const sign = (page: Page) => network(page).locator(".tip");

/** Points at the network's picture, at this share of its width. */
async function hover(page: Page, along: number): Promise<void> {
  const box = await network(page).boundingBox();
  if (!box) throw new Error("the network is not on show");
  await page.mouse.move(box.x + along * box.width, box.y + box.height * 0.55);
}

test("the sign says which unit it is and its number", async ({ page }) => {
  await open(page);
  await page.getByText("Flat", { exact: true }).click();
  await expect(network(page)).toHaveAttribute("data-flow", /./); // its program has come, and it is laid out
  await hover(page, 0.045);
  await expect(sign(page)).toHaveText(/^Input · row \d+, column \d+(0|1|0\.\d+)/);
  await hover(page, 0.95);
  await expect(sign(page)).toHaveText(/^Output · digit \d\d*\.\d\s%, logit −?\d/);
  await page.mouse.move(0, 0);
  await expect(sign(page)).toBeHidden();
});

test("the keys move from unit to unit and from layer to layer, pin and unpin", async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 }); // room for the maps beside the inspector
  await open(page);
  await network(page).focus();
  await page.keyboard.press("ArrowRight"); // the first key only shows the current unit
  await expect(sign(page)).toContainText("C1 · map 1 · row 15, column 15");
  await page.keyboard.press("ArrowUp");
  await expect(sign(page)).toContainText("C1 · map 1 · row 14, column 15");
  await page.keyboard.press("]");
  await expect(sign(page)).toContainText("S2 · map 1 · row 7, column 8");
  await expect(page.getByText(/^S2 · map 1 · row 7, column 8: /)).toHaveCount(1); // for screen readers
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: "S2" })).toBeChecked(); // the feature maps follow
  await network(page).blur();
  await expect(sign(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sign(page)).toBeHidden();
});

test("the network is described in words", async ({ page }) => {
  await open(page);
  const words = page.getByRole("list", { name: "The network in words" });
  await expect(words.getByRole("listitem")).toHaveCount(8);
  await expect(words).toContainText(/C3, 16@10×10, 5×5 filters; strongest: C3 · map \d+/);
  await expect(words).toContainText(/Output, 10, softmax; predicts \d with/);
});

test("filters show weights or gradients, with their range in numbers", async ({ page }) => {
  await open(page);
  const legend = page.getByRole("figure").filter({ hasText: "C1" }).locator(".legend-number").last();
  await expect(legend).toHaveText(/^\+0\.\d+$/);
  const weights = await legend.textContent();
  await page.evaluate(() => window.lenet.train({ steps: 1 }));
  await page.getByRole("radio", { name: "Gradients" }).check();
  await expect(legend).not.toHaveText(weights ?? "");
});
