// Pictures of digits are dropped on the page, and read as the command line reads them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { answer, draw, expect, open, pad, test, voice } from "./page";

const root = resolve(__dirname, "../..");
const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/lenet");

/** So many sevens in a line, in blue on paper in uneven light, with a frame: a file of this type. */
const sevens = (page: Page, count: number, type: string) =>
  page
    .evaluate(
      async ([count, type]) => {
        const side = 140;
        const canvas = new OffscreenCanvas(side * Math.max(count, 1), side);
        const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
        const light = context.createLinearGradient(0, 0, canvas.width, side);
        light.addColorStop(0, "#f4efe0");
        light.addColorStop(1, "#b0a890");
        context.fillStyle = light;
        context.fillRect(0, 0, canvas.width, side);
        context.lineCap = "round";
        context.lineWidth = 12;
        context.strokeStyle = "#203070";
        for (let at = 0; at < count; at++) {
          context.beginPath();
          context.moveTo(side * at + 45, 35);
          context.lineTo(side * at + 95, 35);
          context.lineTo(side * at + 65, 110);
          context.stroke();
        }
        context.lineWidth = 6;
        context.strokeStyle = "#000";
        context.strokeRect(0, 0, canvas.width, side);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      },
      [count, type] as const,
    )
    .then((text) => Buffer.from(text, "base64"));

/** Drops or pastes a file in the middle of the page. */
const give = (page: Page, how: "drop" | "paste", name: string, bytes: Buffer) =>
  page.evaluate(
    ([how, name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
      const init = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(
        how === "drop"
          ? new DragEvent("drop", { ...init, dataTransfer: data })
          : new ClipboardEvent("paste", { ...init, clipboardData: data }),
      );
    },
    [how, name, bytes.toString("base64")] as const,
  );

/** The greys that the network receives, from 0 to 255. */
const input = (page: Page) =>
  page.getByRole("img", { name: /The network’s input/ }).evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, 28, 28).data ?? [];
    return [...pixels].filter((_, at) => at % 4 === 0);
  });

test("a dropped or pasted picture is on the pad, and the network receives what the command line reads", async ({
  page,
}) => {
  await open(page);
  await page.evaluate(() => window.lenet.loadTrained());
  const folder = mkdtempSync(join(tmpdir(), "lenet-"));
  for (const [how, type] of [
    ["drop", "image/png"],
    ["paste", "image/jpeg"],
  ] as const) {
    const name = `seven.${type.slice(6)}`;
    const file = await sevens(page, 1, type);
    await give(page, how, name, file);
    await expect(voice(page)).toHaveText(`Opened ${name}: the digit in this picture is on the pad.`);
    await expect(answer(page)).toHaveText("7");
    writeFileSync(join(folder, name), file);
    execFileSync(binary, ["classify", "--images", join(folder, "read.idx"), join(folder, name)], { cwd: root });
    const read = readFileSync(join(folder, "read.idx")).subarray(16);
    // The test image before it is a 7 too, so the answer does not say whether the picture has been painted.
    const apart = async () => (await input(page)).map((grey, at) => Math.abs(grey - (read[at] ?? 0)));
    // Decoders of JPEG round differently.
    await expect.poll(async () => Math.max(...(await apart()))).toBeLessThanOrEqual(type === "image/png" ? 0 : 8);
    await page.getByRole("button", { name: "Next test image" }).click();
  }
});

test("a stroke replaces the picture, and Undo brings the drawing back", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.loadTrained());
  await give(page, "drop", "seven.png", await sevens(page, 1, "image/png"));
  await expect(answer(page)).toHaveText("7");
  await expect(pad(page)).not.toContainText("Draw a digit here");
  await draw(page, [
    [
      [0.5, 0],
      [0.48, 1],
    ],
  ]);
  await expect(answer(page)).toHaveText("1");
});

test("several digits are read as a number; what has none is refused and changes nothing", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.lenet.loadTrained());
  await expect(answer(page)).toHaveText("7");
  const before = await input(page);
  await give(page, "drop", "blank.png", await sevens(page, 0, "image/png"));
  await expect(page.getByRole("alert")).toHaveText(/^blank.png: there is no digit in this picture/i);
  await give(page, "drop", "broken.png", Buffer.from("\x89PNG\r\n\x1a\n and no more", "latin1"));
  await expect(page.getByRole("alert")).toHaveText(/^broken.png: The browser cannot decode this picture/);
  expect(await input(page)).toEqual(before);
  await give(page, "drop", "number.png", await sevens(page, 3, "image/png"));
  await expect(voice(page)).toHaveText(/^Opened number.png: it has several digits/);
  await page.getByRole("region", { name: "Read a number" }).scrollIntoViewIfNeeded();
  await expect(page.locator(".reading")).toHaveText("7 7 7");
});
