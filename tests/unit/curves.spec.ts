// What the curves are drawn from, without a page: few points however long the run, and no number lost in their means.
import { expect, test } from "vitest";
import { picture, valueAt } from "../../www/draw/curves";
import type { Status } from "../../www/engine/pkg/lenet";
import { addPoints, newRun, smooth } from "../../www/model/run";
import { scaleOf } from "../../www/model/scale";

const STEPS_PER_EPOCH = 100;

/** A run whose loss at step n is n, in snapshots of `each` steps. */
function runOf(steps: number, each = 7) {
  const run = newRun("1");
  for (let first = 1; first <= steps; first += each) {
    const loss = Float32Array.from({ length: Math.min(each, steps - first + 1) }, (_, i) => first + i);
    const step = first + loss.length - 1;
    const status = { step, epoch: step / STEPS_PER_EPOCH, steps_per_epoch: STEPS_PER_EPOCH } as Status;
    const none = loss.map(() => 0.5);
    addPoints(run, { first_step: first, loss, accuracy: none, seconds: loss.map((at) => at / 10) }, [], status);
  }
  return run;
}

test("a short run keeps every mini-batch", () => {
  const run = runOf(500);
  expect(run.step).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  expect(run.loss).toEqual(run.step);
  expect(run.epoch.at(-1)).toBeCloseTo(5, 9);
  expect(run.epoch[0]).toBeCloseTo(0.01, 9);
});

for (const steps of [1999, 2000, 2001, 4003, 100_000]) {
  test(`a run of ${steps} steps stays within 2,000 points, each the mean of its own`, () => {
    const run = runOf(steps, 13);
    expect(run.step.length).toBeLessThanOrEqual(2000);
    expect(run.step.length).toBeGreaterThanOrEqual(Math.min(steps, 1000));
    expect(run.step.at(-1)).toBe(steps);
    // Each the mean of the numbers from just after the point before it up to its own.
    const apart = run.step.map((step, i) => Math.abs((run.loss[i] ?? 0) - ((run.step[i - 1] ?? 0) + 1 + step) / 2));
    expect(Math.max(...apart)).toBeLessThan(1e-6);
  });
}

test("smoothing keeps a constant, and follows a fall at the start without lagging behind", () => {
  const steps = Array.from({ length: 300 }, (_, i) => i + 1);
  expect(
    new Set(
      smooth(
        steps.map(() => 0.25),
        steps,
        25,
      ),
    ),
  ).toEqual(new Set([0.25]));
  const falling = steps.map((step) => 2 * Math.exp(-step / 20));
  expect(smooth(falling, steps, 25)[59]).toBeLessThan(0.3);
});

test("the value under the cursor is the latest before it", () => {
  const line = { x: [10, 20, 30], y: [1, 2, 3] };
  expect([null, 5, 10, 19, 20, 99].map((x) => valueAt(line, x))).toEqual([3, null, 1, 1, 2, 3]);
  expect(valueAt({ x: [], y: [] }, null)).toBeNull();
});

test("axes reach a round number beyond the last point, also of an earlier run", () => {
  const colours = { train: "", validation: "", test: "", earlier: [""] };
  const right = (runs: number[]) =>
    picture(
      runs.map((steps) => runOf(steps)),
      "loss",
      "step",
      colours,
    ).right;
  expect(right([])).toBe(100);
  expect(right([782])).toBe(1000);
  expect(right([1900, 120])).toBe(2000);
});

test("a slider's ends are the range's, and a value goes there and back", () => {
  const range = { type: "number", min: 1e-5, max: 10, integer: false, logarithmic: true } as const;
  for (const [kind, values] of [
    [range, [1e-5, 0.003, 0.1, 10]],
    [{ ...range, min: 0, max: 0.1 }, [0, 0.0005, 0.1]],
    [{ ...range, min: 1, max: 1024, integer: true }, [1, 10, 64, 1024]],
    [{ ...range, min: 0, max: 0.999, logarithmic: false }, [0, 0.5, 0.9]],
  ] as const) {
    const scale = scaleOf(kind);
    for (const value of values) expect(scale.toValue(scale.toNotch(value)) / (value || 1)).toBeCloseTo(value && 1, 2);
  }
});
