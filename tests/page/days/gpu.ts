// The GPU's device is destroyed in the middle of a run, at one of the calls that the engine makes of it.
import type { Page, Worker } from "@playwright/test";
import { beforeWorker, CLOCK, engineOf, forward } from "../clock";
import { begin, type Day, type Kind, reach, STEPS, train } from "./day";

/** The calls of WebGPU at which a device is destroyed, by the class that has them. */
const TRAINING = { GPUQueue: ["submit", "onSubmittedWorkDone"], GPUBuffer: ["mapAsync", "unmap"] };
const OPENING = {
  GPUDevice: ["createBuffer", "createBindGroup", "createShaderModule", "createComputePipeline", "popErrorScope"],
  GPUQueue: ["submit", "writeBuffer"],
};

/** How the engine's worker is told what is to happen: the fate of its next device, or of the present one. */
interface Fate {
  /** The call at which the device is destroyed. */
  at: string | null;
  /** So many of these calls come before. */
  after: number;
  /** Whether the device is destroyed before that call, or after it. */
  isBefore: boolean;
  destroyed: number;
}

const WATCH = `self.fate = { at: null, after: 0, isBefore: true, destroyed: 0 };
  self.destroy = () => { self.fate.at = null; self.fate.destroyed += 1; self.device.destroy(); };
  if (self.GPUAdapter !== undefined) {
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      return (self.device = await requestDevice.apply(this, given));
    };
    const calls = ${JSON.stringify([TRAINING, OPENING])};
    for (const [owner, names] of calls.flatMap(Object.entries)) for (const name of names) {
      const { prototype } = self[owner];
      const call = prototype[name];
      if (call.watched) continue;
      prototype[name] = function (...given) {
        const isTime = self.fate.at === owner + "." + name && self.fate.after-- === 0;
        if (isTime && self.fate.isBefore) destroy();
        const value = call.apply(this, given);
        if (isTime && !self.fate.isBefore) destroy();
        return value;
      };
      prototype[name].watched = true;
    }
  }`;

const namesOf = (calls: Record<string, string[]>) =>
  Object.entries(calls).flatMap(([owner, names]) => names.map((name) => `${owner}.${name}`));

export const gpu: Kind = {
  name: "GPU destroyed",
  isSlow: true,
  prepare: (page) => beforeWorker(page, `${CLOCK};${WATCH}`),
  disturb: (day) => (day.random.whole(0, 3) === 0 ? whileItIsOpened(day) : whileItTrains(day)),
};

async function whileItTrains({ page, random, configuration }: Day) {
  await begin(page, { ...configuration, backend: "webgpu" });
  const ended = train(page);
  // Once a second the run's state is kept, and later the run goes back to it.
  if (random.one([true, false])) {
    await reach(page, random.whole(0, STEPS / 2));
    await forward(page, 2);
  }
  await reach(page, random.whole(0, STEPS));
  await decide(page, {
    at: random.one(namesOf(TRAINING)),
    after: random.whole(0, 3),
    isBefore: random.one([true, false]),
  });
  const { step } = await ended;
  if (step !== STEPS) throw new Error(`training ended at step ${step}, not ${STEPS}`);
  await happened(page);
  return { back: await wentBack(page), onGpu: true };
}

/** The run is on the CPU, and goes on there. */
async function whileItIsOpened({ page, random, configuration }: Day) {
  await begin(page, configuration);
  const ended = train(page);
  await reach(page, random.whole(0, STEPS));
  await engine(page).evaluate("self.device?.destroy()"); // so that another is opened
  await decide(page, {
    at: random.one(namesOf(OPENING)),
    after: random.whole(0, 3),
    isBefore: random.one([true, false]),
  });
  await page.evaluate(() => window.lenet.setBackend("webgpu").catch(() => null));
  await ended;
  await happened(page);
  return { back: await wentBack(page), onGpu: true };
}

function engine(page: Page): Worker {
  const worker = engineOf(page);
  if (worker === undefined) throw new Error("the engine has no worker");
  return worker;
}

async function decide(page: Page, fate: Omit<Fate, "destroyed">): Promise<void> {
  await engine(page).evaluate((fate) => {
    Object.assign((self as unknown as { fate: Fate }).fate, fate, { destroyed: 0 });
  }, fate);
}

/** Destroys the device of a run that has ended before that, and lets the engine notice. */
async function happened(page: Page): Promise<void> {
  await engine(page).evaluate(() => {
    const { fate, destroy } = self as unknown as { fate: Fate; destroy(): void };
    if (fate.destroyed === 0) destroy();
  });
  await page.evaluate(() => window.lenet.status());
}

/** The steps from which the page said that the run goes on. */
async function wentBack(page: Page): Promise<number[]> {
  const notices = await page.evaluate(() => window.record.notices);
  return notices.map((notice) => Number(/from step (\d+)/.exec(notice)?.[1])).filter((step) => step >= 0);
}
