// The network in space, on the page: live, uploaded only where it has changed, found by pointer and keys.
import type { Page } from "@playwright/test";
import { launchOptions } from "./browser";
import { expect, open, test } from "./page";

const { args = [], ...rest } = launchOptions();
test.use({ launchOptions: { ...rest, args: [...args, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] } });

const uploads = (page: Page) => page.locator(".network-box").getAttribute("data-uploads").then(Number);

test("live while training, and what has not changed is not uploaded again", async ({ page }) => {
  await open(page);
  // On a wide screen this is what one meets.
  await expect.poll(() => uploads(page)).toBe(8);
  // A look around changes no number.
  const box = page.locator(".network-box");
  await box.hover({ position: { x: 500, y: 190 } });
  await page.mouse.down();
  await page.mouse.move(400, 300, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  expect(await uploads(page)).toBe(8);
  // The image stays, all seven layers change.
  await page.evaluate(() => window.lenet.train({ steps: 1 }));
  await expect.poll(() => uploads(page)).toBeGreaterThanOrEqual(15);
  await page.getByText("Flat", { exact: true }).click();
  await expect(page.locator(".space-blocks")).toHaveCount(0);
  await page.getByText("3-D", { exact: true }).click();
  await expect.poll(() => uploads(page)).toBe(8);
});

test("the pointer finds units, the keys walk, and a click pins", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  const box = page.locator(".network-box");
  await box.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".network .tip")).toContainText("C1");
  await page.keyboard.press("]");
  await expect(page.locator(".network .tip")).toContainText("S2");
  await page.keyboard.press("Enter");
  await expect(page.locator(".inspector-unit")).toContainText("S2");
  await page.keyboard.press("Alt+ArrowLeft");
  await page.keyboard.press("+");
  await page.keyboard.press("f");
  await page.keyboard.press("0");
  await page.keyboard.press("Escape");
  await expect(page.locator(".inspector-unit")).toHaveCount(0);
});

test("on a phone it is flat at first", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await expect(page.locator(".space-blocks")).toHaveCount(0);
});

test("where there is no WebGL it is flat, and says so when asked", async ({ page }) => {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === "webgl2" ? null : (original as (...given: unknown[]) => unknown).call(this, kind, ...rest);
    } as typeof original;
  });
  await open(page);
  await expect(page.locator(".space-blocks")).toHaveCount(0);
  await page.getByText("3-D", { exact: true }).click();
  await expect(page.getByText("This browser has no WebGL")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Flat" })).toBeChecked();
});
