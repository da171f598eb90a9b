// What the page tests share: opening the page, its controls, drawing, and failing on any error in the console.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { BenchConsole, Console } from "../../www/page/console";

declare global {
  interface Window {
    lenet: Console;
    /** Only on bench.html. */
    bench: BenchConsole;
  }
}

/** Remembers that all remarks were made. */
function rememberRemarks(): void {
  try {
    localStorage.setItem("remarks", '["edge","loss","answer","next"]');
  } catch {} // a blank page has no storage
}

/** Fails a test on any error in the browser's console, unless it sets `expectErrors`. */
export const test = base.extend<{ expectErrors: boolean; remarks: boolean; quiet: undefined }>({
  expectErrors: [false, { option: true }],
  /** Whether the remarks of a first visit come, which may lie over what a test presses. */
  remarks: [false, { option: true }],
  quiet: [
    async ({ page, expectErrors, remarks }, use) => {
      if (!remarks) await page.addInitScript(rememberRemarks);
      const errors = watchErrors(page);
      await use(undefined);
      if (!expectErrors) expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** The errors of a page; the list grows as they happen. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}

/** Opens the page and waits until engine and data are loaded. */
export async function open(page: Page, address = "./"): Promise<void> {
  await page.goto(address);
  await page.evaluate(() => window.lenet.ready);
  await expect(answer(page)).toHaveCount(1); // the first prediction is shown
}

/** Serves the page without its headers: it is not cross-origin isolated, and workers share no memory. */
export async function withoutIsolation(page: Page): Promise<void> {
  await page.route("./", async (route) => {
    const response = await route.fetch();
    const { "cross-origin-opener-policy": _, "cross-origin-embedder-policy": __, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
}

/** Opens a tool, if it is not open, by its button. */
export async function openTool(page: Page, title: string): Promise<void> {
  const button = page.getByRole("navigation", { name: "Tools" }).getByRole("button", { name: title });
  if ((await button.getAttribute("aria-pressed")) === "false") await button.click();
  await expect(page.getByRole("region", { name: title })).toBeVisible();
}

export const train = (page: Page) => page.getByRole("button", { name: "Train", exact: true });
export const pause = (page: Page) => page.getByRole("button", { name: "Pause", exact: true });
export const step = (page: Page) => page.getByRole("button", { name: "Step", exact: true });
export const reset = (page: Page) => page.getByRole("button", { name: "Reset", exact: true });
export const pad = (page: Page) => page.getByRole("application", { name: /Drawing pad/ });
/** The line that says what the page is doing. */
export const voice = (page: Page) => page.locator(".voice");
/** The digit with the greatest probability. */
export const answer = (page: Page) => page.getByLabel("Probability of each digit").locator(".best .digit");

/** One of the run bar's numbers, by its label. */
export const figure = (page: Page, label: string) =>
  page.locator(".number", { has: page.getByText(label, { exact: true }) }).locator("dd");

/** A hash of all parameters: two are equal only if the parameters are, bit for bit. */
export const fingerprint = (page: Page): Promise<string> => page.evaluate(hashParameters);

/** `fingerprint`, in the page. */
export async function hashParameters(): Promise<string> {
  const bytes = await new Blob(
    (await window.lenet.parameters()).map(({ data }) => data as Float32Array<ArrayBuffer>),
  ).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What a refused call must leave alone: the parameters, bit for bit, and all of the status but the speed, the adapter, and
 * the reason for the backend, which the engine finds meanwhile.
 */
export async function everything(page: Page) {
  const { images_per_second: _, adapter: __, choice, ...status } = await page.evaluate(() => window.lenet.status());
  return { ...status, wanted: choice.wanted, parameters: await fingerprint(page) };
}

type Point = [number, number];

interface Size {
  width: number;
  height: number;
}

/** Draws on the pad with the mouse: points in units of the digit's own box, which lies somewhere on the pad. */
export async function draw(page: Page, strokes: Point[][], box = { x: 0.25, y: 0.15, width: 0.5, height: 0.7 }) {
  await drawOn(page, pad(page), strokes, ([x, y], { width, height }) => [
    width * (box.x + x * box.width),
    height * (box.y + y * box.height),
  ]);
}

/** Draws with the mouse; `place` tells where on the paper a point lies, in CSS pixels from its left upper corner. */
export async function drawOn(
  page: Page,
  paper: Locator,
  strokes: Point[][],
  place: (point: Point, size: Size) => Point,
) {
  await paper.scrollIntoViewIfNeeded();
  for (const stroke of strokes) {
    // Views above may change their height between two strokes.
    const box = await paper.boundingBox();
    if (box === null) throw new Error("the paper is not on show");
    const points = stroke.map((point): Point => {
      const [x, y] = place(point, box);
      return [box.x + x, box.y + y];
    });
    await page.mouse.move(...(points[0] as Point));
    await page.mouse.down();
    for (const point of points) await page.mouse.move(...point);
    await page.mouse.up();
  }
}

/** Part of an ellipse, angles in turns: 0 is to the right, a quarter is down. */
function arc(x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] {
  return Array.from({ length: 13 }, (_, i): Point => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 12);
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
}

/** Digits as strokes. */
export const DIGITS: Record<number, Point[][]> = {
  0: [arc(0.5, 0.5, 0.45, 0.5, -0.25, 0.75)],
  1: [
    [
      [0.5, 0],
      [0.48, 1],
    ],
  ],
  2: [[...arc(0.5, 0.3, 0.42, 0.3, -0.5, 0.1), [0.1, 1], [0.95, 1]]],
  3: [[...arc(0.45, 0.25, 0.4, 0.25, -0.45, 0.22), ...arc(0.45, 0.74, 0.45, 0.26, -0.22, 0.42)]],
  4: [
    [
      [0.3, 0],
      [0.05, 0.55],
      [0.95, 0.55],
    ],
    [
      [0.75, 0.05],
      [0.7, 1],
    ],
  ],
  5: [[[0.9, 0], [0.2, 0], [0.15, 0.45], ...arc(0.45, 0.7, 0.42, 0.3, -0.3, 0.4)]],
  7: [
    [
      [0.05, 0.02],
      [0.95, 0.02],
      [0.4, 1],
    ],
  ],
};
