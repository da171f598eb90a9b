// A file is opened in the middle of a run: its own, an older one, a picture, or one that is no network.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { bytesOf } from "./bytes";
import { begin, type Day, type Kind, reach, STEPS, train } from "./day";
import { recorded } from "./record";

interface File {
  name: string;
  bytes: Buffer;
}

export const files: Kind = {
  name: "file opened",
  disturb: (day) => (day.random.one([true, false]) ? openRun(day) : openOther(day)),
};

/** Opens the run's own file, in which it is some steps behind. It goes on from there. */
async function openRun({ page, random, configuration }: Day) {
  await begin(page, configuration);
  const ended = train(page);
  const [saved, opened] = [random.whole(0, STEPS), random.whole(0, STEPS)].sort((a, b) => a - b);
  await reach(page, saved as number);
  const bytes = await bytesOf(page, () => window.lenet.save());
  await recorded(page); // the file has no losses
  await reach(page, opened as number);
  const count = await openings(page);
  await open(page, { name: "run.safetensors", bytes });
  await page.waitForFunction((count) => window.record.configured > count, count);
  const { step } = await page.evaluate(() => window.lenet.status());
  await ended; // of the run that the file has replaced
  if (step < STEPS) await train(page, STEPS - step);
  return { back: [step] };
}

/** Opens a file that does not replace the run. */
async function openOther({ page, random, configuration }: Day) {
  const file = await random.one(OTHERS)(page);
  await begin(page, configuration);
  const ended = train(page);
  await reach(page, random.whole(0, STEPS - 20));
  await open(page, file);
  await ended;
  const alert = page.getByRole("alert");
  if (file.name === "seven.png") await page.waitForFunction(() => document.querySelector("[role=alert]") === null);
  else await alert.filter({ hasText: file.name }).waitFor();
  return {};
}

const OTHERS: ((page: Page) => Promise<File>)[] = [
  async (page) => ({ name: "seven.png", bytes: await bytesOf(page, picture) }),
  async () => ({
    name: "t10k-labels-idx1-ubyte.gz",
    bytes: readFileSync(join(__dirname, "../../../assets/mnist/t10k-labels-idx1-ubyte.gz")),
  }),
  async () => ({ name: "labels-idx1-ubyte", bytes: Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 2]) }),
  async () => ({ name: "network.pt", bytes: Buffer.from("PK\u0003\u0004archive/data.pkl") }),
  async () => ({ name: "nothing.safetensors", bytes: Buffer.alloc(0) }),
  async (page) => {
    const whole = await bytesOf(page, () => window.lenet.save());
    return { name: "half.safetensors", bytes: whole.subarray(0, whole.length / 2) };
  },
];

/** A seven. */
async function picture(): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(140, 140);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.fillStyle = "white";
  context.fillRect(0, 0, 140, 140);
  context.lineWidth = 12;
  context.beginPath();
  context.moveTo(45, 35);
  context.lineTo(95, 35);
  context.lineTo(65, 110);
  context.stroke();
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

const openings = (page: Page) => page.evaluate(() => window.record.configured);

async function open(page: Page, { name, bytes }: File): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "", buffer: bytes });
}
