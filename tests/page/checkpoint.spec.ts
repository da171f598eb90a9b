// A run as a file: the page and the command line each continue a run that the other has saved.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { faultsNow } from "./faults";
import { everything, expect, figure, fingerprint, open, test, voice } from "./page";

const root = resolve(__dirname, "../..");
const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/lenet");
const panel = (page: Page) => page.getByRole("dialog", { name: "Save and open" });
const opener = (page: Page) => page.getByRole("button", { name: "Save and open" });
const status = (page: Page) => page.evaluate(() => window.lenet.status());

/** Settings that have a state or draw random numbers. */
const RUN = { preset: "lenet5", batch_size: 40, epochs: 2, seed: 6, augment_rotation: 12, balanced_sampling: true };

/** Bytes travel to the page and back as text, because lists of a million numbers take seconds. */
const save = (page: Page) =>
  page
    .evaluate(async () => {
      const reader = new FileReader();
      reader.readAsDataURL(new Blob([(await window.lenet.save()) as Uint8Array<ArrayBuffer>]));
      await new Promise((done) => reader.addEventListener("load", done));
      return String(reader.result).replace(/^.*,/, "");
    })
    .then((text) => Buffer.from(text, "base64"));
const load = (page: Page, bytes: Buffer) =>
  page.evaluate(async (text) => {
    await window.lenet.load(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  }, bytes.toString("base64"));
const train = (page: Page, steps: number) => page.evaluate((n) => window.lenet.train({ steps: n }), steps);

test("a run goes on from its file to the same bits", async ({ page }) => {
  await open(page);
  await page.evaluate((run) => window.lenet.configure(run), RUN);
  await train(page, 7);
  const file = await save(page);
  await train(page, 6);
  const straight = await fingerprint(page);
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1", seed: 2 }));
  await load(page, file);
  const opened = await status(page);
  expect([opened.preset, opened.step, opened.seed, opened.phase]).toEqual(["lenet5", 7, 6, "paused"]);
  await expect(figure(page, "Step")).toHaveText("7");
  await expect(voice(page)).toHaveText(/^Paused at step 7/);
  await train(page, 6);
  expect(await fingerprint(page)).toBe(straight);
});

test("the command line goes on with a run of the page, and the page with one of the command line", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "lenet-"));
  const lenet = (words: string) =>
    execFileSync(binary, [...words.split(" "), "--data", join(root, "assets/mnist")], { cwd: folder });
  const settings = Object.entries(RUN).map(([name, value]) => `${name}=${value}`);
  await open(page);
  await page.evaluate((run) => window.lenet.configure(run), RUN);
  await train(page, 20);

  // The command line trains first, then the page, then the command line.
  lenet(`train --steps 8 --checkpoint a.safetensors ${settings.join(" ")}`);
  await load(page, readFileSync(join(folder, "a.safetensors")));
  expect((await status(page)).step).toBe(8);
  await train(page, 5);
  writeFileSync(join(folder, "b.safetensors"), await save(page));
  lenet("train --steps 7 --resume b.safetensors --out c.safetensors");
  await load(page, readFileSync(join(folder, "c.safetensors")));
  const inTurns = await fingerprint(page);

  await page.evaluate((run) => window.lenet.configure(run), RUN);
  await train(page, 20);
  expect(await fingerprint(page)).toBe(inTurns);
});

test("Save downloads a file, and Open loads it and says what it contains", async ({ page }) => {
  await open(page);
  await train(page, 3);
  const trained = await fingerprint(page);
  await opener(page).click();
  expect(await faultsNow(page)).toEqual([]);
  const downloading = page.waitForEvent("download");
  await panel(page).getByRole("button", { name: "Save step 3" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("lenet5-step-3.safetensors");
  const file = await download.path();

  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1" }));
  await expect(panel(page).getByRole("button", { name: "Save step 0" })).toBeVisible();
  const choosing = page.waitForEvent("filechooser");
  await panel(page).getByRole("button", { name: "Open …" }).click();
  await (await choosing).setFiles({ name: "mine.safetensors", mimeType: "", buffer: readFileSync(file) });
  await expect(voice(page)).toHaveText(
    "Opened mine.safetensors: LeNet-5 at step 3, epoch 0.00. Train continues from there.",
  );
  await expect(figure(page, "Step")).toHaveText("3");
  await expect(panel(page)).toBeHidden();
  expect(await fingerprint(page)).toBe(trained);
});

/** Drops a file of these bytes in the middle of the page. */
const drop = (page: Page, name: string, bytes: Buffer) =>
  page.evaluate(
    ([called, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], called));
      for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }),
        );
        if (type === "dragover" && !document.documentElement.classList.contains("dropping")) throw new Error("no sign");
      }
    },
    [name, bytes.toString("base64")] as const,
  );

test("a file can be dropped on the page; another file is refused and changes nothing", async ({ page }) => {
  await open(page);
  await train(page, 2);
  const file = await save(page);
  await page.evaluate(() => window.lenet.reset());
  const before = await everything(page);
  await drop(page, "holiday.jpg", Buffer.from("no network"));
  await expect(page.getByRole("alert")).toHaveText(/^holiday.jpg: This file is not a LeNet Live checkpoint: /);
  expect(await everything(page)).toEqual(before);
  expect(before.step).toBe(0);
  await drop(page, "run.safetensors", file);
  await expect(voice(page)).toHaveText(/^Opened run.safetensors: LeNet-5 at step 2/);
  expect((await status(page)).step).toBe(2);
  await expect(page.locator("html")).not.toHaveClass(/dropping/);
});
