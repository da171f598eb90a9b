// Compares the history of a disturbed run with that of an undisturbed one, step by step.
import { addPoints, newRun } from "../../../www/model/run";
import type { Report } from "./record";

/** A run after its end. */
export interface Run {
  reports: Report[];
  /** All parameters, one after the other. */
  parameters: number[];
}

/**
 * Compares the histories of two runs of this many steps. The disturbed one may go back to the steps in `back`, from which
 * everything is done again. Numbers are equal if they differ by at most `tolerance`.
 */
export function compare(disturbed: Run, undisturbed: Run, steps: number, back: number[], tolerance: number) {
  const expected = historyOf(undisturbed.reports, []);
  const found = historyOf(disturbed.reports, back);
  const equal = (a: number | undefined, b: number | undefined) =>
    a === b || Math.abs((a ?? Number.NaN) - (b ?? Number.NaN)) <= tolerance;
  let lost = 0;
  let different = disturbed.parameters.filter((value, i) => !equal(value, undisturbed.parameters[i])).length;
  for (let step = 1; step <= steps; step++) {
    if (!found.losses.has(step)) lost++;
    else if (!equal(found.losses.get(step), expected.losses.get(step))) different++;
  }
  for (const [name, loss] of expected.evaluations) {
    if (!found.evaluations.has(name)) lost++;
    else if (!equal(found.evaluations.get(name), loss)) different++;
  }
  const mean = (from: number) => {
    let sum = 0;
    for (let step = from; step < from + TENTH * steps; step++) sum += found.losses.get(step) ?? Number.NaN;
    return sum;
  };
  const wentOn = mean(1 + Math.round((1 - TENTH) * steps)) < mean(1);
  return { wentOn, lost, twice: found.twice, different };
}

const TENTH = 0.1;

interface History {
  losses: Map<number, number>;
  /** The loss of each evaluation, by a name of its own. */
  evaluations: Map<string, number>;
  twice: number;
}

function historyOf(reports: Report[], back: number[]): History {
  // The curve as the page makes it.
  const curve = newRun("");
  const evaluations = new Map<string, number>();
  let twice = 0;
  for (const { first, losses, accuracies, status, ...report } of reports) {
    if (losses.length === 0 && report.evaluations.length === 0) continue; // as the page does
    const last = curve.step.at(-1) ?? 0;
    if (losses.length > 0 && first <= last && !back.includes(first - 1)) twice += last - first + 1;
    const points = { first_step: first, loss: losses, accuracy: accuracies, seconds: losses };
    addPoints(curve, points as unknown as Parameters<typeof addPoints>[1], [], status);
    for (const { split, step, images, loss } of report.evaluations) {
      const name = `${split} ${step} ${images}`;
      if (evaluations.has(name) && !back.some((to) => to <= step)) twice++;
      evaluations.set(name, loss);
    }
  }
  if (curve.stride > 1) throw new Error("the run is too long: the page merges neighbouring steps");
  twice += curve.step.length - new Set(curve.step).size;
  return { losses: new Map(curve.step.map((step, i) => [step, curve.loss[i] ?? Number.NaN])), evaluations, twice };
}
