// The chosen image as training would change it: sixteen versions by the present settings, in training only.
import type { Page } from "@playwright/test";
import { expect, fingerprint, open, test } from "./page";

/** The pixels of the sixteen or of the five images as they are drawn: one string for each image. */
async function tiles(page: Page, name: RegExp): Promise<string[]> {
  const canvas = page.getByRole("img", { name });
  await expect(canvas).toBeVisible();
  return canvas.evaluate((canvas: HTMLCanvasElement) => {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const [columns, rows] = [(canvas.width + 2) / 30, (canvas.height + 2) / 30];
    return Array.from({ length: columns * rows }, (_, i) => {
      const { data } = context.getImageData(30 * (i % columns), 30 * Math.floor(i / columns), 28, 28);
      return data.filter((_, at) => at % 4 === 0).join();
    });
  });
}
const sixteen = (page: Page) => tiles(page, /changed 16 times/);

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.locator(".augmented").scrollIntoViewIfNeeded();
}

async function setRotation(page: Page, degrees: string): Promise<void> {
  const field = page.getByLabel("Rotation, degrees", { exact: true });
  await field.fill(degrees);
  await field.blur();
}

test("the page shows the chosen image sixteen times, as a setting would change it", async ({ page }) => {
  await open(page);
  await openSettings(page);
  await expect(page.locator(".augmented")).toContainText("All changes are off");
  await setRotation(page, "30");
  await expect.poll(async () => new Set(await sixteen(page)).size).toBe(16);
  const once = await sixteen(page);
  // The images come from the engine, and the slider changes them.
  await page.getByLabel("Expand five-fold").check();
  await expect.poll(async () => (await tiles(page, /five-fold/)).length).toBe(5);
  const [plain] = await tiles(page, /five-fold/);
  const engines = await page.evaluate(
    (pixels) => window.lenet.augment(Uint8Array.from(pixels.split(",").map(Number))),
    plain as string,
  );
  expect(once).toEqual(engines.map((image) => image.join()));
  await setRotation(page, "10");
  await expect.poll(() => sixteen(page)).not.toEqual(once);
  await setRotation(page, "30");
  await expect.poll(() => sixteen(page)).toEqual(once);
  await page.getByRole("button", { name: "Another sixteen" }).click();
  await expect.poll(async () => (await sixteen(page)).some((image) => once.includes(image))).toBe(false);
  await page.getByRole("button", { name: "All off" }).click();
  await expect(page.locator(".augmented")).toContainText("All changes are off");
  await page.getByRole("button", { name: "A good start" }).click();
  await expect.poll(async () => new Set(await sixteen(page)).size).toBe(16);
});

test("expanded five-fold, it is moved by a pixel each way", async ({ page }) => {
  await open(page);
  await openSettings(page);
  await page.getByLabel("Expand five-fold").check();
  await expect.poll(async () => (await tiles(page, /five-fold/)).length).toBe(5);
  const [plain, up, down, left, right] = (await tiles(page, /five-fold/)).map((image) => image.split(","));
  expect(up?.slice(0, 27 * 28)).toEqual(plain?.slice(28));
  expect(down?.slice(28)).toEqual(plain?.slice(0, 27 * 28));
  expect(left?.slice(0, 783).filter((_, at) => at % 28 !== 27)).toEqual(
    plain?.slice(1).filter((_, at) => at % 28 !== 27),
  );
  expect(right?.slice(1).filter((_, at) => at % 28 !== 27)).toEqual(
    plain?.slice(0, 783).filter((_, at) => at % 28 !== 27),
  );
});

test("a seed makes the same changes, another seed others, and none when all is off", async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const { lenet } = window;
    const image = Uint8Array.from({ length: 784 }, (_, i) => (Math.abs((i % 28) - 14) < 3 ? 255 : 0));
    const texts = async (options?: { count?: number; first?: number }) =>
      (await lenet.augment(image, options)).map((changed) => changed.join());
    const off = await texts();
    const all = { augment_shift: 2, augment_rotation: 10, augment_scale: 0.1, augment_elastic: 30 };
    await lenet.configure(all);
    const once = await texts();
    const again = await texts();
    const later = await texts({ first: 8, count: 8 });
    await lenet.configure({ ...all, seed: 2 });
    return { plain: image.join(), off, once, again, later, other: await texts() };
  });
  expect(found.off).toEqual(new Array(16).fill(found.plain));
  expect(new Set(found.once).size).toBe(16);
  expect(found.again).toEqual(found.once);
  expect(found.later).toEqual(found.once.slice(8));
  expect(found.other.some((image) => found.once.includes(image))).toBe(false);
  await expect(page.evaluate(() => window.lenet.augment([1, 2, 3]))).rejects.toThrow("784");
});

test("training learns from changed images; validation and test use the originals", async ({ page }) => {
  await open(page);
  const evaluated = () =>
    page.evaluate(async () => [await window.lenet.evaluate("validation"), await window.lenet.evaluate("test")]);
  const plain = await evaluated();
  await page.evaluate(() => window.lenet.configure({ augment_rotation: 45, augment_shift: 8 }));
  expect(await evaluated()).toEqual(plain);
  await page.evaluate(() => window.lenet.train({ steps: 3 }));
  const changed = await fingerprint(page);
  await page.evaluate(async () => {
    await window.lenet.configure({});
    await window.lenet.train({ steps: 3 });
  });
  expect(await fingerprint(page)).not.toBe(changed);
});
