// How long a run evaluates, from the times of its mini-batches: an evaluation lies between two of them.

import { median } from "./print.mjs";

const IMAGES = 50_000;
const CHECKS = 8;

/** The seconds that were spent on evaluations between two steps of `batch` images: of whole sets at epochs' ends, and on the way. */
export function evaluationSeconds(snapshots, from, to, batch) {
  const at = new Map(); // the run's clock after each step
  for (const { first, each } of snapshots) for (const [i, seconds] of each.entries()) at.set(first + i, seconds);
  const took = (step) => at.get(step) - at.get(step - 1);
  const steps = Array.from({ length: to - from }, (_, i) => from + 1 + i).filter((step) => Number.isFinite(took(step)));
  const usual = median(steps.map(took));
  const perEpoch = snapshots.at(-1).steps_per_epoch;
  // The evaluation after a step makes the next one late, or the one after it if that was under way already.
  const after = (step) =>
    Math.max(0, ...[step + 1, step + 2].filter((late) => late > from && late <= to && at.has(late)).map(took)) - usual;
  const spent = { ends: 0, onTheWay: 0 };
  for (let epoch = Math.floor(from / perEpoch); epoch * perEpoch <= to; epoch++) {
    for (let check = 1; check <= CHECKS; check++) {
      const step = epoch * perEpoch + (check === CHECKS ? perEpoch : Math.ceil((check * IMAGES) / CHECKS / batch));
      if (step < from || step > to) continue;
      spent[check === CHECKS ? "ends" : "onTheWay"] += Math.max(0, after(step));
    }
  }
  return { ...spent, usual };
}
