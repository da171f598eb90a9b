// The browser's chords stay the browser's, and the page's keys work on every keyboard.
import type { Page } from "@playwright/test";
import { launchOptions } from "./browser";
import { DIGITS, draw, expect, open, pad, test } from "./page";

const { args = [], ...rest } = launchOptions();
test.use({ launchOptions: { ...rest, args: [...args, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] } });

const box = (page: Page) => page.locator(".network-box");
const camera = (page: Page) => box(page).getAttribute("data-camera");

interface Key {
  key: string;
  code?: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  modifierAltGraph?: boolean;
}

/** Sends a key to the focused element; returns whether the page has taken it from the browser. */
const press = (page: Page, key: Key) =>
  page.evaluate(
    (init) =>
      !document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true, composed: true }),
      ),
    key,
  );

/** How many strokes are on the pad, which the view shows as the shades of its canvas. */
const ink = (page: Page) =>
  page.locator(".pad canvas").evaluate((canvas: HTMLCanvasElement) => {
    const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
      0,
      0,
      canvas.width,
      canvas.height,
    );
    return data.filter((value, i) => i % 4 === 0 && value > 128).length;
  });

test("no chord is taken on the network, the strip, the matrix or the pad", async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 }); // room for both tools
  await open(page, "./#tools=mistakes,number");
  await expect.poll(() => camera(page)).not.toBeNull();
  await page.evaluate(() => window.lenet.loadTrained());
  await expect(page.locator(".mistakes-matrix .cell").first()).toBeVisible();
  const before = await camera(page);
  const status = await page.evaluate(() => window.lenet.status());
  const keys = [
    "+",
    "=",
    "-",
    "0",
    "f",
    "[",
    "]",
    ".",
    " ",
    "PageUp",
    "PageDown",
    "Enter",
    "ArrowLeft",
    "ArrowUp",
    "Delete",
  ];
  for (const at of [".network-box", ".thumbs button", ".mistakes-matrix .cell", ".pad-paper", ".sliding .picture"]) {
    await page.locator(at).first().focus();
    for (const key of keys) {
      for (const chord of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { ctrlKey: true, altKey: true }]) {
        // Alt with the arrow keys turns the network.
        if (at === ".network-box" && key.startsWith("Arrow") && "altKey" in chord && !("ctrlKey" in chord)) continue;
        expect(await press(page, { key, ...chord }), `${JSON.stringify(chord)} ${key} on ${at}`).toBe(false);
      }
    }
  }
  // The window may have given the network some pixels more; a key would turn it, or bring it a quarter nearer.
  const [was, is] = [before, await camera(page)].map((each) => each?.split(" ").map(Number) ?? []);
  expect(is?.slice(0, 2)).toEqual(was?.slice(0, 2));
  expect((is?.[2] ?? 0) / (was?.[2] ?? 0)).toBeCloseTo(1, 1);
  expect((await page.evaluate(() => window.lenet.status())).step).toBe(status.step);
  await expect(page.locator(".inspector-unit")).toHaveCount(0);
});

test("Caps Lock, AltGr and Cyrillic letters frame a layer and change it", async ({ page }) => {
  await open(page);
  await expect.poll(() => camera(page)).not.toBeNull();
  await box(page).focus();
  await page.keyboard.press("0"); // the first view of the network as it is now
  const home = await camera(page);
  await page.keyboard.press("ArrowRight");
  for (const key of [
    { key: "F", code: "KeyF" },
    { key: "а", code: "KeyF" },
  ]) {
    expect(await press(page, key)).toBe(true);
    await expect.poll(() => camera(page), key.key).not.toBe(home);
    await press(page, { key: "0" });
    await expect.poll(() => camera(page)).toBe(home);
  }
  const tip = page.locator(".network .tip");
  await expect(tip).toContainText("C1");
  expect(await press(page, { key: "]", ctrlKey: true, altKey: true, modifierAltGraph: true })).toBe(true);
  await expect(tip).toContainText("S2");
  expect(await press(page, { key: "х", code: "BracketLeft" })).toBe(true);
  await expect(tip).toContainText("C1");
});

test("undo goes by the letter or the key's place, also right after Clear", async ({ page }) => {
  await open(page);
  for (const undo of [
    { key: "z", code: "KeyZ", ctrlKey: true },
    { key: "Z", code: "KeyZ", ctrlKey: true },
    { key: "я", code: "KeyZ", ctrlKey: true },
    { key: "z", code: "KeyY", metaKey: true },
  ]) {
    await draw(page, DIGITS[7] ?? []);
    await expect.poll(() => ink(page)).toBeGreaterThan(100);
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await expect.poll(() => ink(page)).toBe(0);
    expect(await press(page, undo)).toBe(true);
    await expect.poll(() => ink(page), undo.key).toBeGreaterThan(100);
    await pad(page).press("Delete");
    await expect.poll(() => ink(page)).toBe(0);
  }
});
