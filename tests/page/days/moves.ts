// The backend is switched in the middle of a run: to WebGPU and back, or to another number of workers.

import { begin, type Day, type Kind, reach, STEPS, train } from "./day";
import { recorded } from "./record";

export const moves: Kind = {
  name: "backend switched",
  isSlow: true,
  disturb: (day) => (day.random.one([true, false]) ? toGpuAndBack(day) : toTwoWorkersAndBack(day)),
};

async function toGpuAndBack({ page, random, configuration }: Day) {
  await begin(page, configuration);
  const ended = train(page);
  const backends = random.one([
    ["webgpu", "cpu", "webgpu"],
    ["webgpu", "cpu"],
    ["webgpu", "webgpu", "cpu"],
  ]);
  const isHasty = random.one([true, false]);
  const moved: Promise<unknown>[] = [];
  let step = 0;
  for (const backend of backends) {
    step = random.whole(step, STEPS - 20);
    await reach(page, step);
    moved.push(page.evaluate((backend) => window.lenet.setBackend(backend), backend as "cpu" | "webgpu"));
    if (!isHasty) await moved.at(-1);
  }
  await Promise.all(moved);
  await ended;
  const { backend } = await page.evaluate(() => window.lenet.status());
  if (backend !== backends.at(-1)) throw new Error(`the run ended on ${backend}`);
  return { onGpu: true };
}

/** The number of workers belongs to the network, so the run moves through a file. */
async function toTwoWorkersAndBack({ page, random, configuration }: Day) {
  const back: number[] = [];
  let step = 0;
  await begin(page, configuration);
  let ended = train(page);
  for (const workers of [2, 1]) {
    step = random.whole(step, STEPS - 20);
    await reach(page, step);
    const file = await page.evaluateHandle(() => window.lenet.save());
    await recorded(page); // the file has no losses
    await begin(page, { ...configuration, workers });
    await page.evaluate((file) => window.lenet.load(file), file);
    step = (await page.evaluate(() => window.lenet.status())).step;
    back.push(step);
    await ended; // of the run that was replaced
    if (step < STEPS) ended = train(page, STEPS - step);
  }
  await ended;
  return { back };
}
