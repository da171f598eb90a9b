// Turns runs into pictures: which lines there are, how smooth they are, and how far the axes reach. Pure.
import type { Split } from "../engine/pkg/lenet";
import { smooth } from "../model/run";
import type { Run } from "../state";

export type Along = "step" | "epoch" | "seconds";
export type Measure = "loss" | "accuracy";

export interface Line {
  x: number[];
  y: number[];
  colour: string;
  /** How its points are marked: with dots, or with rings where values are measured rarely. */
  mark?: "dot" | "ring";
  /** Whether only the marks are drawn, without a line between them. */
  loose?: boolean;
}

export interface Picture {
  /** The running curve: every point, drawn faintly, and the smoothed curve. `raw` is null where it is not shown. */
  x: number[];
  raw: number[] | null;
  smooth: number[];
  colour: string;
  behind: Line[];
  before: Line[];
  /** The start of a logarithmic horizontal axis. */
  left?: number;
  right: number;
  range: [number, number];
}

export interface Colours {
  train: string;
  validation: string;
  test: string;
  /** The colours of earlier runs, in turn. */
  earlier: string[];
}

export function picture(runs: Run[], measure: Measure, along: Along, colours: Colours): Picture {
  const current = runs.at(-1);
  const x = current?.[along] ?? [];
  const values = current?.[measure] ?? [];
  const smoothed = current === undefined ? [] : smoothRun(current, measure);
  const behind = runs
    .slice(0, -1)
    .map((run, i): Line => ({ x: run[along], y: smoothRun(run, measure), colour: earlierColour(colours, i) }));
  const before: Line[] = [
    { ...evaluated(current, "validation", measure, along), colour: colours.validation, mark: "dot" },
    { ...evaluated(current, "test", measure, along), colour: colours.test, mark: "ring", loose: true },
  ];
  const shown = [smoothed, ...behind.map(({ y }) => y), ...before.map(({ y }) => y)];
  return {
    x,
    raw: measure === "loss" ? values : null,
    smooth: smoothed,
    colour: colours.train,
    behind,
    before,
    right: reach(along, Math.max(0, x.at(-1) ?? 0, ...behind.map((line) => line.x.at(-1) ?? 0))),
    range: measure === "loss" ? lossRange(shown) : accuracyRange(shown),
  };
}

const LEAST: Record<Along, number> = { step: 100, epoch: 0.1, seconds: 5 };

export function earlierColour(colours: Colours, index: number): string {
  return colours.earlier[index % colours.earlier.length] ?? colours.train;
}

/** The window of the smoothing, in mini-batches: 25, or a hundredth of a long run. */
export function smoothRun(run: Run, measure: Measure): number[] {
  return smooth(run[measure], run.step, Math.max(25, (run.step.at(-1) ?? 0) / 100));
}

export function evaluated(
  run: Run | undefined,
  split: Split,
  measure: Measure,
  along: Along,
): { x: number[]; y: number[] } {
  const made = run?.evaluations.filter((evaluation) => evaluation.split === split) ?? [];
  return { x: made.map((evaluation) => evaluation[along]), y: made.map((evaluation) => evaluation[measure]) };
}

/** The value of the last point up to `x`; null before the first. The points are in order. */
export function valueAt(line: { x: number[]; y: number[] }, x: number | null): number | null {
  let low = 0;
  let high = x === null ? line.x.length : 0;
  if (x !== null) {
    high = line.x.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((line.x[middle] ?? 0) <= x) low = middle + 1;
      else high = middle;
    }
  }
  return line.y[high - 1] ?? null;
}

/** A round number beyond the last point, so that the axis grows in steps and not with every point. */
function reach(along: Along, last: number): number {
  if (last <= LEAST[along]) return LEAST[along];
  const unit = 10 ** Math.floor(Math.log10(last));
  return unit * ([1, 1.5, 2, 3, 5, 7, 10].find((step) => unit * step >= last) ?? 10);
}

function lossRange(lines: number[][]): [number, number] {
  const [low, high] = extent(lines);
  if (!(high > 0)) return [0.1, 3];
  return [Math.max(low * 0.7, 1e-6), Math.max(high * 1.2, low * 10)];
}

/**
 * The start of an accuracy axis: the highest of a few round values above which nearly all points lie. The points of the
 * very start may lie below it.
 */
function accuracyRange(lines: number[][]): [number, number] {
  const all = lines.flat().filter(Number.isFinite);
  if (all.length === 0) return [0, 1];
  const under = (floor: number) => all.filter((value) => value < floor).length / all.length;
  return [[0.98, 0.95, 0.9, 0.8, 0.5].find((floor) => under(floor) < 0.12) ?? 0, 1];
}

function extent(lines: number[][]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    for (const value of line) {
      if (value < low && value > 0) low = value;
      if (value > high && Number.isFinite(value)) high = value;
    }
  }
  return [low, high];
}
