// A bad day: a run that is disturbed at steps which a seed chooses, beside the same run without a disturbance.
import type { Browser, Page } from "@playwright/test";
import type { Configuration } from "../../../www/engine/protocol";
import { bytesOf } from "./bytes";
import { compare, type Run } from "./history";
import type { Outcome } from "./outcome";
import { Random } from "./random";
import { forget, record, recorded } from "./record";

/** What disturbs runs. */
export interface Kind {
  name: string;
  /** Whether its runs are on the GPU. */
  isSlow?: boolean;
  /** Prepares a page before it is opened; half of the seeds have an even page. */
  prepare?(page: Page, isEven: boolean): Promise<void>;
  /** Configures and trains `STEPS` steps, and disturbs that. */
  disturb(day: Day): Promise<Disturbed>;
}

export interface Disturbed {
  /** Steps to which the run may have gone back, because everything after them is done again. */
  back?: number[];
  /** Whether a part of it was on the GPU, whose numbers differ in their last digits. */
  onGpu?: boolean;
}

export interface Day {
  page: Page;
  random: Random;
  configuration: Configuration;
}

/** The length of every run. */
export const STEPS = 60;

/** A small network, so that a day takes seconds. */
const SMALL = {
  layers: [
    { type: "conv", filters: 4, size: 5, stride: 1, padding: 0, activation: "relu" },
    { type: "pool", kind: "max", size: 2, stride: 2 },
    { type: "dense", units: 10, activation: "none" },
  ],
  optimizer: "sgd",
  schedule: "constant",
  learning_rate: 0.02,
  backend: "cpu",
  workers: 1,
} as unknown as Configuration;

/** So few training images that the second epoch begins within a run. Early stopping makes the run wait at its end. */
const WITH_EPOCHS = { imbalance: 1000, batch_size: 200, patience: 2 };

/** SwiftShader and the CPU sum in another order. A step more or less changes the loss by a hundred times as much. */
const GPU_TOLERANCE = 1e-3;

/** Opens a page for bad days. */
export async function openFor(browser: Browser, kind: Kind, isEven: boolean): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 400, height: 560 }); // little to draw
  await record(page);
  await kind.prepare?.(page, isEven);
  await page.goto("./");
  await page.evaluate(() => window.lenet.ready);
  return page;
}

/** This ends only what hangs. */
const LIMIT_MS = 240_000;

/** Disturbs a run as the seed says, on a page that may have to be opened first. */
export async function live(page: Promise<Page>, kind: Kind, seed: number): Promise<Outcome> {
  const outcome = { kind: kind.name, seed, wentOn: false, lost: 0, twice: 0, different: 0, onGpu: false, why: "" };
  let limit: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    limit = setTimeout(reject, LIMIT_MS, new Error("it hangs"));
  });
  try {
    return { ...outcome, ...(await Promise.race([compared(page, kind, seed), hangs])) };
  } catch (error) {
    return { ...outcome, why: String(error) };
  } finally {
    clearTimeout(limit);
  }
}

async function compared(opened: Promise<Page>, kind: Kind, seed: number) {
  const page = await opened;
  const random = new Random(seed);
  const isLong = random.whole(1, 6) === 1;
  const batch_size = kind.isSlow ? 16 : 128;
  const configuration = { ...SMALL, seed, batch_size, ...(isLong ? WITH_EPOCHS : {}) };
  await forget(page);
  await begin(page, configuration);
  await train(page);
  const undisturbed = await ended(page);
  await forget(page);
  const { back = [], onGpu = false } = await kind.disturb({ page, random, configuration });
  const disturbed = await ended(page);
  return { ...compare(disturbed, undisturbed, STEPS, back, onGpu ? GPU_TOLERANCE : 0), onGpu };
}

/** Begins a run, of which nothing is recorded before its first step. */
export async function begin(page: Page, configuration: Configuration): Promise<void> {
  await page.evaluate((configuration) => window.lenet.configure(configuration), configuration);
}

/** Trains to the end of the run. Settles when training stops. */
export const train = (page: Page, steps = STEPS) => page.evaluate((steps) => window.lenet.train({ steps }), steps);

/** Resolves when the run is at this step or later. */
export const reach = (page: Page, step: number): Promise<void> =>
  page.evaluate(async (step) => {
    while ((await window.lenet.status()).step < step);
  }, step);

/** The run, which has to come to its end: steps that were lost with a GPU are made again. */
async function ended(page: Page): Promise<Run> {
  const { step, phase } = await page.evaluate(async () => {
    for (;;) {
      const status = await window.lenet.status();
      if (status.phase !== "training") return status;
    }
  });
  if (step !== STEPS || phase !== "paused") throw new Error(`the run is ${phase} at step ${step}, not ${STEPS}`);
  const { reports } = await recorded(page);
  const bytes = await bytesOf(page, async () => {
    const tensors = await window.lenet.parameters();
    return new Uint8Array(await new Blob(tensors.map(({ data }) => data as Float32Array<ArrayBuffer>)).arrayBuffer());
  });
  return { reports, parameters: [...new Float32Array(Uint8Array.from(bytes).buffer)] };
}
