// The network in space, on the page: live, uploaded only where it has changed, with pointer and keys.
import type { Page } from "@playwright/test";
import { launchOptions } from "./browser";
import { expect, open, test } from "./page";
import { ON_ITS_SIDE, scrolled, swipe, toMiddle } from "./touch";

const { args = [], ...rest } = launchOptions();
test.use({ launchOptions: { ...rest, args: [...args, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] } });

const box = (page: Page) => page.locator(".network-box");
const uploads = (page: Page) => box(page).getAttribute("data-uploads").then(Number);

/** Where the camera stands: the angle round the network, the angle above it, and the distance. */
async function camera(page: Page) {
  const [yaw, pitch, distance] = ((await box(page).getAttribute("data-camera")) ?? "").split(" ").map(Number);
  return { yaw, pitch, distance };
}

test("live while training, and what has not changed is not uploaded again", async ({ page }) => {
  await open(page);
  // On a wide screen the network is in space at first.
  await expect.poll(() => uploads(page)).toBe(8);
  // Turning the camera changes no number.
  const before = await camera(page);
  await box(page).hover({ position: { x: 500, y: 190 } });
  const corner = (await box(page).boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.down();
  await page.mouse.move(corner.x + 400, corner.y + 250, { steps: 5 }); // to the left, and down
  await page.mouse.up();
  await expect.poll(async () => (await camera(page)).yaw).toBeLessThan(before.yaw as number);
  expect((await camera(page)).pitch).toBeGreaterThan(before.pitch as number);
  expect(await uploads(page)).toBe(8);
  // The image stays, all seven layers change.
  await page.evaluate(() => window.lenet.train({ steps: 1 }));
  await expect.poll(() => uploads(page)).toBeGreaterThanOrEqual(15);
  await page.getByText("Flat", { exact: true }).click();
  await expect(page.locator(".space-blocks")).toHaveCount(0);
  await page.getByText("3-D", { exact: true }).click();
  await expect.poll(() => uploads(page)).toBe(8);
});

test("the keys walk from unit to unit, pin one and let it go", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  await box(page).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".network .tip")).toContainText("C1");
  await page.keyboard.press("]");
  await expect(page.locator(".network .tip")).toContainText("S2");
  await page.keyboard.press("Enter");
  await expect(page.locator(".inspector-unit")).toContainText("S2");
  await page.keyboard.press("Escape");
  await expect(page.locator(".inspector-unit")).toHaveCount(0);
});

test("the keys turn the camera, bring it nearer, frame a layer and go home", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  const home = await camera(page);
  const { yaw, pitch, distance } = home as Record<string, number>;
  await box(page).focus();
  for (const [key, moved] of [
    ["Alt+ArrowRight", { yaw: (yaw as number) + 0.14, pitch, distance }],
    ["Alt+ArrowLeft", home],
    ["Alt+ArrowUp", { yaw, pitch: (pitch as number) + 0.14, distance }],
    ["Alt+ArrowDown", home],
    ["+", { yaw, pitch, distance: (distance as number) / 1.25 }],
    ["-", home],
  ] as const) {
    await page.keyboard.press(key);
    for (const name of ["yaw", "pitch", "distance"] as const) {
      await expect
        .poll(async () => (await camera(page))[name], `${key}: ${name}`)
        .toBeCloseTo(moved[name] as number, 2);
    }
  }
  // One layer fills the picture from nearer than the whole network does.
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("]"); // S2, which is small
  await page.keyboard.press("f");
  await expect.poll(async () => (await camera(page)).distance).toBeLessThan(0.9 * (distance as number));
  await page.keyboard.press("0");
  await expect.poll(() => camera(page)).toEqual(home);
});

test("a click pins the unit under the pointer", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  const { width, height } = (await box(page).boundingBox()) ?? { width: 0, height: 0 };
  // From the left edge to the right until the pointer is on a block.
  for (let x = 40; x < width && !(await page.locator(".network .tip").isVisible()); x += 20) {
    await box(page).hover({ position: { x, y: 0.55 * height } });
  }
  await page.mouse.down();
  await page.mouse.up();
  // The sign may still come, because frames are slow here; in the end both name the unit under the pointer.
  const [sign, pinned] = [page.locator(".network .tip span"), page.locator(".inspector-unit")];
  await expect.poll(async () => (await sign.innerText()) === (await pinned.innerText())).toBe(true);
});

const lose = (page: Page) =>
  page.locator(".space-blocks").evaluate((canvas: HTMLCanvasElement) => {
    canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  });

test("WebGL that is lost comes back on another canvas; lost again and again, the network is flat and says why", async ({
  page,
}) => {
  await open(page);
  const refusal = page.getByText("The browser has lost WebGL");
  for (let loss = 0; loss < 2; loss++) {
    await expect.poll(() => uploads(page)).toBe(8);
    const lost = await page.locator(".space-blocks").elementHandle();
    await lose(page);
    await expect.poll(() => lost?.evaluate((canvas) => canvas.isConnected)).toBe(false);
  }
  await expect.poll(() => uploads(page)).toBe(8);
  // It draws what comes.
  await page.evaluate(() => window.lenet.train({ steps: 1 }));
  await expect.poll(() => uploads(page)).toBeGreaterThanOrEqual(15);
  await expect(refusal).toHaveCount(0);
  await lose(page);
  await expect(refusal).toBeVisible();
  await expect(page.getByRole("radio", { name: "Flat" })).toBeChecked();
  await expect(page.locator(".space-blocks")).toHaveCount(0);
  await page.getByText("3-D", { exact: true }).click();
  await expect.poll(() => uploads(page)).toBe(8);
  await expect(refusal).toHaveCount(0);
});

test("WebGL that is lost for good leaves the flat picture and a sentence", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  await page.evaluate(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    const lost = document.querySelector(".space-blocks");
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      const none = kind === "webgl2" && this !== lost;
      return none ? null : (original as (...given: unknown[]) => unknown).call(this, kind, ...rest);
    } as typeof original;
  });
  await lose(page);
  await expect(page.getByText("The browser has lost WebGL")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Flat" })).toBeChecked();
});

test("a drag that is let go outside the picture turns nothing any more", async ({ page }) => {
  await open(page);
  await expect.poll(() => uploads(page)).toBe(8);
  const { x, y, width, height } = (await box(page).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const before = await camera(page);
  // From just inside the edge to the outside in one movement.
  await page.mouse.move(x + width / 2, y + 4);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 - 60, y - 20);
  await page.mouse.up();
  await expect.poll(() => camera(page)).not.toEqual(before);
  const turned = await camera(page);
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
  await page.mouse.move(x + width / 3, y + height / 3, { steps: 5 });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await camera(page)).toEqual(turned);
  // A release that the page never hears.
  await page.evaluate(() => {
    for (const type of ["pointerup", "lostpointercapture", "click"])
      addEventListener(type, (event) => event.stopImmediatePropagation(), { capture: true, once: true });
  });
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await camera(page)).toEqual(turned);
});

test.describe("on a phone on its side", () => {
  test.use(ON_ITS_SIDE);

  test("a finger scrolls past the picture, and turns it to the side", async ({ page }) => {
    await open(page);
    await toMiddle(box(page));
    await expect.poll(() => uploads(page)).toBe(8);
    const still = await camera(page);
    const before = await scrolled(page);
    await swipe(page, box(page));
    await expect.poll(() => scrolled(page)).toBeGreaterThan(before + 20);
    expect(await camera(page)).toEqual(still);
    await toMiddle(box(page));
    await swipe(page, box(page), "left");
    await expect.poll(async () => (await camera(page)).yaw).not.toBe(still.yaw);
  });
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
