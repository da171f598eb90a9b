// A run as a file: the page and the command line each continue a run that the other has saved.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
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
const save = (page: Page, format = "safetensors") =>
  page
    .evaluate(async (of) => {
      const reader = new FileReader();
      reader.readAsDataURL(new Blob([(await window.lenet.save(of)) as Uint8Array<ArrayBuffer>]));
      await new Promise((done) => reader.addEventListener("load", done));
      return String(reader.result).replace(/^.*,/, "");
    }, format)
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
  await drop(page, "letter.txt", Buffer.from("no network"));
  await expect(page.getByRole("alert")).toHaveText(
    "letter.txt: This file is not a LeNet Live checkpoint: it is a text. Networks are opened from .safetensors files",
  );
  expect(await everything(page)).toEqual(before);
  expect(before.step).toBe(0);
  await drop(page, "run.safetensors", file);
  await expect(voice(page)).toHaveText(/^Opened run.safetensors: LeNet-5 at step 2/);
  expect((await status(page)).step).toBe(2);
  await expect(page.locator("html")).not.toHaveClass(/dropping/);
});

/** A safetensors file as PyTorch writes it: other names for the layers, and no description of them. */
function asPyTorch(file: Buffer, names: Record<string, string>): Buffer {
  const length = Number(file.readBigUInt64LE());
  const { __metadata__: _, ...tensors } = JSON.parse(file.subarray(8, 8 + length).toString());
  const renamed = Object.entries(tensors).map(([name, tensor]) => {
    const [layer = "", kind] = name.split(".");
    return [`${names[layer] ?? layer}.${kind}`, tensor];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, file.subarray(8 + length)]);
}

test("a network from PyTorch is opened, with a word about what was assumed", async ({ page }) => {
  await open(page);
  await train(page, 2);
  const [trained, network] = [await fingerprint(page), await save(page, "network")];
  await page.evaluate(() => window.lenet.configure({ preset: "nielsen1" }));
  const names = { C1: "conv1", C3: "conv2", C5: "fc1", F6: "fc2", Output: "fc3" };
  await drop(page, "torch.safetensors", asPyTorch(network, names));
  await expect(voice(page)).toHaveText("Opened torch.safetensors: LeNet-5. Train starts a run with these weights.");
  const assumed = page.getByText(/^The file does not say what its layers are/);
  await expect(assumed).toContainText("those of lenet5 (relu, max pooling)");
  await expect(assumed).toContainText("conv1 → C1, conv2 → C3, fc1 → C5, fc2 → F6, fc3 → Output");
  expect(await faultsNow(page)).toEqual([]);
  expect(await fingerprint(page)).toBe(trained);
  await train(page, 1);
  await expect(assumed).toBeHidden();
  // A file of ours needs no assumption.
  await drop(page, "ours.safetensors", network);
  await expect(voice(page)).toHaveText(/^Opened ours.safetensors: LeNet-5/);
  await expect(assumed).toBeHidden();
});

test("what cannot be opened is named in a few words, and Dismiss stays in sight", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 560 });
  await open(page);
  const before = await everything(page);
  const notice = page.getByRole("alert");
  const many = Buffer.from(
    JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [
          `encoder.layer.${at}.attention.self.query.weight`,
          { dtype: "F32", shape: [0], data_offsets: [0, 0] },
        ]),
      ),
    ),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(many.length));
  for (const [name, bytes, words] of [
    ["net.pt", Buffer.from(`PK\x03\x04${"\0".repeat(26)}net/data.pkl`), /pickle of Python.*python -c .*save_file/],
    ["net.onnx", Buffer.from("\x08\x08\x12\x07pytorch"), /it is an ONNX network/],
    ["bert.safetensors", Buffer.concat([length, many]), /no place for encoder.* 297 more/],
    ["empty", Buffer.alloc(0), /it is an empty file/],
  ] as const) {
    await drop(page, name, bytes);
    await expect(notice).toHaveText(words);
    await expect(notice).toHaveText(new RegExp(`^${name}: `));
    const dismiss = page.getByRole("button", { name: "Dismiss" });
    await expect(dismiss).toBeInViewport({ ratio: 1 });
    await dismiss.click();
    await expect(notice).toBeHidden();
  }
  expect(await everything(page)).toEqual(before);
});

test("a huge file is refused by its size and is not read", async ({ page }, info) => {
  await open(page);
  const path = info.outputPath("huge.safetensors");
  writeFileSync(path, Buffer.concat([Buffer.from([80, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{")]));
  truncateSync(path, 700_000_000); // the rest takes no room on the disk
  await page.locator("input[type=file]").setInputFiles(path);
  await expect(page.getByRole("alert")).toHaveText(/^huge.safetensors: .* it has 700 MB, and at most 324 MB are read$/);
});

test("a file can be pasted", async ({ page }) => {
  await open(page);
  const network = await save(page, "network");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(
      new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "pasted.safetensors"),
    );
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, network.toString("base64"));
  await expect(voice(page)).toHaveText(/^Opened pasted.safetensors: LeNet-5/);
});

test("the network alone is saved for PyTorch and as ONNX", async ({ page }) => {
  await open(page);
  await train(page, 3);
  await opener(page).click();
  for (const [button, name] of [
    ["Save for PyTorch", "lenet5-step-3-network.safetensors"],
    ["Save as ONNX", "lenet5-step-3.onnx"],
  ] as const) {
    const downloading = page.waitForEvent("download");
    await panel(page).getByRole("button", { name: button }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(name);
  }
  const [run, network] = [await save(page), await save(page, "network")];
  expect(network.length).toBeLessThan(run.length / 2);
  const trained = await fingerprint(page);
  await page.evaluate(() => window.lenet.reset());
  await load(page, network);
  expect(await fingerprint(page)).toBe(trained);
  expect((await status(page)).step).toBe(0);
});

test("a network whose numbers are none is not saved, and predicts no digit", async ({ page }) => {
  await open(page);
  const large = await page.evaluate(async () => {
    const all = await window.lenet.parameters();
    await window.lenet.setParameters(all.map((tensor) => ({ ...tensor, data: tensor.data.map((x) => 1e20 * x) })));
    return window.lenet.save("network").then((bytes) => bytes.length);
  });
  expect(large).toBeGreaterThan(200_000); // finite numbers are saved
  await expect(page.getByText("not a number: its weights are too large")).toBeVisible();
  await expect(page.locator(".verdict b")).toHaveText("–");
  await page.evaluate(() => window.lenet.train({ steps: 2 }).catch(() => {}));
  await expect.poll(() => page.evaluate(() => window.lenet.status().then(({ phase }) => phase))).toBe("diverged");
  for (const format of ["safetensors", "network", "onnx"]) {
    const refused = page.evaluate((of) => window.lenet.save(of).then(String, (error) => String(error.message)), format);
    expect(await refused).toMatch(/^this network cannot be saved: .* holds (NaN|-?inf)/);
  }
});
