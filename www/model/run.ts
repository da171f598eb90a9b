// The points of one run's curves. Their number is limited, so that a run of any length is drawn in the same time.

import type { Snapshot, Status } from "../engine/pkg/lenet";
import type { Run } from "../state";

/** A chart has no pixels for more points than this; beyond it, neighbours are merged in pairs. */
const MAX_POINTS = 2000;

export function newRun(label: string): Run {
  return { label, stride: 1, step: [], epoch: [], seconds: [], loss: [], accuracy: [], evaluations: [] };
}

/** Adds a snapshot's mini-batches and evaluations to the run. */
export function addPoints(run: Run, losses: Snapshot["losses"], evaluations: Snapshot["evaluations"], status: Status) {
  goBack(run, losses.first_step);
  for (let i = 0; i < losses.loss.length; i++) {
    const step = losses.first_step + i;
    addPoint(run, step, {
      // Counted back from the present step, because a change of the batch size changes the number of steps per epoch.
      epoch: status.epoch - (status.step - step) / status.steps_per_epoch,
      seconds: losses.seconds[i] ?? 0,
      loss: losses.loss[i] ?? Number.NaN,
      accuracy: losses.accuracy[i] ?? Number.NaN,
    });
  }
  run.evaluations.push(...evaluations);
}

/** Removes the points from step `next` on: a run whose GPU was lost continues from an earlier step. */
function goBack(run: Run, next: number): void {
  if ((run.step.at(-1) ?? 0) < next) return;
  const left = run.step.findIndex((step) => step >= next);
  for (const points of [run.step, run.epoch, run.seconds, run.loss, run.accuracy]) points.length = left;
  run.evaluations = run.evaluations.filter(({ step }) => step < next);
}

interface Batch {
  epoch: number;
  seconds: number;
  loss: number;
  accuracy: number;
}

function addPoint(run: Run, step: number, batch: Batch): void {
  const last = run.step.length - 1;
  // Until a point has all its `stride` steps, it is the mean of those it has.
  const had = (step - 1) % run.stride;
  if (last >= 0 && had > 0) {
    run.step[last] = step;
    run.epoch[last] = batch.epoch;
    run.seconds[last] = batch.seconds;
    run.loss[last] = mean(run.loss[last], had, batch.loss);
    run.accuracy[last] = mean(run.accuracy[last], had, batch.accuracy);
    return;
  }
  if (last + 1 >= MAX_POINTS) mergePairs(run);
  run.step.push(step);
  run.epoch.push(batch.epoch);
  run.seconds.push(batch.seconds);
  run.loss.push(batch.loss);
  run.accuracy.push(batch.accuracy);
}

function mean(sofar: number | undefined, count: number, value: number): number {
  return ((sofar ?? value) * count + value) / (count + 1);
}

/** Merges neighbours; the merged point lies where the later one was. `MAX_POINTS` is even, so every point has a partner. */
function mergePairs(run: Run): void {
  run.stride *= 2;
  for (const place of ["step", "epoch", "seconds"] as const) run[place] = run[place].filter((_, i) => i % 2 === 1);
  for (const value of ["loss", "accuracy"] as const) {
    const from = run[value];
    run[value] = from.filter((_, i) => i % 2 === 1).map((later, i) => ((from[2 * i] ?? later) + later) / 2);
  }
}

/**
 * The mean of about the last `window` mini-batches at every point. At the start, where the values change fastest, it is
 * the mean of fewer, because a longer one would lag behind.
 */
export function smooth(values: number[], steps: number[], window: number): number[] {
  let mean = values[0] ?? 0;
  let before = 0;
  return values.map((value, i) => {
    const step = steps[i] ?? 0;
    mean += (1 - Math.exp(-(step - before) / Math.min(window, 2 + step / 8))) * (value - mean);
    before = step;
    return mean;
  });
}
