// The points of one run's curves, kept few: a run of any length draws in the same time.

import type { Snapshot, Status } from "../engine/protocol";
import type { Run } from "../state";

/** More points than a chart has pixels are no use: beyond this, neighbours are merged in pairs. */
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
      // Reckoned back from now: the size of a mini-batch, and so of an epoch's step, may have changed on the way.
      epoch: status.epoch - (status.step - step) / status.steps_per_epoch,
      seconds: losses.seconds[i] ?? 0,
      loss: losses.loss[i] ?? Number.NaN,
      accuracy: losses.accuracy[i] ?? Number.NaN,
    });
  }
  run.evaluations.push(...evaluations);
}

/** A run whose GPU was lost goes on from an earlier step: what came after it never happened. */
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
  // The last point is still filling while its bucket of `stride` steps is: a running mean over those it has.
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

/** A pair's point lies where its later half lay; `MAX_POINTS` is even, so no point is left over. */
function mergePairs(run: Run): void {
  run.stride *= 2;
  for (const place of ["step", "epoch", "seconds"] as const) run[place] = run[place].filter((_, i) => i % 2 === 1);
  for (const value of ["loss", "accuracy"] as const) {
    const from = run[value];
    run[value] = from.filter((_, i) => i % 2 === 1).map((later, i) => ((from[2 * i] ?? later) + later) / 2);
  }
}

/**
 * The mean of about the last `window` mini-batches at every point; of fewer at the start, where the values change
 * fastest and a long memory would drag behind them.
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
