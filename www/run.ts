// The points of one run's curves, kept few: a run of any length draws in the same time.
import type { Run } from "./state";
import type { Snapshot, Status } from "./engine/protocol";

/** More points than a chart has pixels are no use: beyond this, neighbours are merged in pairs. */
const MOST_POINTS = 2000;

export function newRun(label: string): Run {
  return { label, stride: 1, step: [], epoch: [], seconds: [], loss: [], accuracy: [], evaluations: [] };
}

/** Adds a snapshot's mini-batches and evaluations to the run. */
export function addPoints(run: Run, losses: Snapshot["losses"], evaluations: Snapshot["evaluations"], status: Status) {
  for (let i = 0; i < losses.loss.length; i++) {
    addPoint(run, losses.first_step + i, status.steps_per_epoch, {
      seconds: losses.seconds[i] ?? 0,
      loss: losses.loss[i] ?? Number.NaN,
      accuracy: losses.accuracy[i] ?? Number.NaN,
    });
  }
  run.evaluations.push(...evaluations);
}

interface Batch {
  seconds: number;
  loss: number;
  accuracy: number;
}

function addPoint(run: Run, step: number, stepsPerEpoch: number, batch: Batch): void {
  const last = run.step.length - 1;
  const epoch = step / stepsPerEpoch;
  // The last point is still filling while its bucket of `stride` steps is: a running mean over those it has.
  const had = (step - 1) % run.stride;
  if (last >= 0 && had > 0) {
    run.step[last] = step;
    run.epoch[last] = epoch;
    run.seconds[last] = batch.seconds;
    run.loss[last] = mean(run.loss[last], had, batch.loss);
    run.accuracy[last] = mean(run.accuracy[last], had, batch.accuracy);
    return;
  }
  if (last + 1 >= MOST_POINTS) mergePairs(run);
  run.step.push(step);
  run.epoch.push(epoch);
  run.seconds.push(batch.seconds);
  run.loss.push(batch.loss);
  run.accuracy.push(batch.accuracy);
}

function mean(sofar: number | undefined, count: number, value: number): number {
  return ((sofar ?? value) * count + value) / (count + 1);
}

/** A pair's point lies where its later half lay; `MOST_POINTS` is even, so no point is left over. */
function mergePairs(run: Run): void {
  run.stride *= 2;
  for (const place of ["step", "epoch", "seconds"] as const) run[place] = run[place].filter((_, i) => i % 2 === 1);
  for (const value of ["loss", "accuracy"] as const) {
    const from = run[value];
    run[value] = from.filter((_, i) => i % 2 === 1).map((later, i) => ((from[2 * i] ?? later) + later) / 2);
  }
}

/** The mean of about the last `window` mini-batches at every point, unbiased at the start. */
export function smooth(values: number[], stride: number, window: number): number[] {
  const keep = Math.exp(-stride / window);
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  });
}
