// The remarks of a first visit: what to look at while the network trains, each said when it has been measured. Pure.
import type { Description, Status, View } from "../engine/pkg/lenet";
import type { Chosen, Run } from "../state";
import { percent } from "./words";

/** The names of all remarks. */
export const REMARKS = ["loss", "answer", "edge", "next"] as const;

export interface Remark {
  name: (typeof REMARKS)[number];
  words: string;
  /** The element that it points at, as a selector. */
  at: string;
}

export interface Moment {
  network: Description;
  status: Status;
  view: View;
  run: Run | undefined;
  chosen: Chosen;
}

/** A filter begins to look like an edge at this correlation with a ramp, if it was lower by this much at the start. */
const EDGE = { correlation: 0.5, rise: 0.15 };
/** The loss is the mean of so many points. */
const POINTS = 5;
/** The probabilities of an unsure and of a sure answer. */
const [UNSURE, SURE] = [0.5, 0.9];

/** Watches one run after the other. */
export class Watch {
  private network: Description | null = null;
  private step = 0;
  /** The edge likeness of each filter when the run was first seen. */
  private first: number[] | null = null;
  private wasUnsure = false;

  /** What can be said at this moment, the earliest of them first. */
  look({ network, status, view, run, chosen }: Moment): Remark[] {
    if (network !== this.network || status.step < this.step || status.step === 0) {
      this.first = null;
      this.wasUnsure = false;
    }
    this.network = network;
    this.step = status.step;
    return [loss(run), this.answer(view, chosen, status), this.edge(network, view), next(status)].filter(
      (remark) => remark !== null,
    );
  }

  private edge(network: Description, view: View): Remark | null {
    const layer = network.layers.findIndex(({ layer }) => layer.type === "conv");
    const planned = network.layers[layer];
    const weights = view.filters.find((each) => each.layer === layer)?.values;
    // A filter on several maps is not a picture.
    if (
      view.shown !== "weights" ||
      planned?.layer.type !== "conv" ||
      planned.input.channels !== 1 ||
      weights === undefined
    )
      return null;
    const { filters, size } = planned.layer;
    const now = Array.from({ length: filters }, (_, i) => likeAnEdge(weights.subarray(i * size ** 2), size));
    this.first ??= now;
    const { first } = this;
    const found = now.findIndex((each, i) => each >= EDGE.correlation && each - (first[i] ?? each) >= EDGE.rise);
    if (found < 0) return null;
    const words = `Filter ${found + 1} begins to look like an edge: one of its sides is lighter than the other.`;
    return { name: "edge", words, at: ".filters-panel .filter-layer .picture" };
  }

  private answer({ probabilities }: View, chosen: Chosen, { step }: Status): Remark | null {
    if (chosen.kind === "drawing" && chosen.strokes.length === 0) return null;
    const sure = Math.max(...probabilities);
    const digit = probabilities.indexOf(sure);
    const isRight = chosen.kind !== "test" || chosen.label === digit;
    if (sure < UNSURE || !isRight) this.wasUnsure = true;
    if (step === 0 || !this.wasUnsure || sure < SURE || !isRight) return null;
    const words = `Now it is sure: a ${digit}, at ${percent(sure, 0)}. Draw a digit of your own.`;
    return { name: "answer", words, at: ".verdict" };
  }
}

function loss(run: Run | undefined): Remark | null {
  if (run === undefined || run.loss.length < 2 * POINTS) return null;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!(mean(run.loss.slice(-POINTS)) <= mean(run.loss.slice(0, POINTS)) / 2)) return null;
  return {
    name: "loss",
    words: "The loss is half of what it was: the network is less often wrong, and surer when it is right.",
    at: ".plot.loss .plot-host",
  };
}

function next({ epoch, test_accuracy }: Status): Remark | null {
  if (epoch < 1 || test_accuracy === null) return null;
  return {
    name: "next",
    words: `Epoch ${Math.floor(epoch)}: ${percent(test_accuracy)} of the test images are right. See those that are not.`,
    at: '.tool-bar [data-tool="mistakes"]',
  };
}

/**
 * The correlation of a filter of size × size weights with the ramp that fits it best, in whatever direction: 1 for a filter
 * that rises evenly from one side to the other.
 */
export function likeAnEdge(weights: Float32Array, size: number): number {
  const count = size ** 2;
  const filter = weights.subarray(0, count);
  const mean = filter.reduce((sum, weight) => sum + weight, 0) / count;
  const middle = (size - 1) / 2;
  let [across, down, all, ramp] = [0, 0, 0, 0];
  for (const [i, weight] of filter.entries()) {
    const [x, y, value] = [(i % size) - middle, Math.floor(i / size) - middle, weight - mean];
    across += value * x;
    down += value * y;
    all += value ** 2;
    ramp += x ** 2;
  }
  return all > 0 && ramp > 0 ? Math.sqrt((across ** 2 + down ** 2) / (ramp * all)) : 0;
}
