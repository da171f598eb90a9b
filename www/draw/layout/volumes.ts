// The parts of a network that are drawn, and what its geometry is made of.
import type { Description, PlannedLayer } from "../../engine/protocol";
import { isOutput, kindName, layerName, sizeName } from "../names";
import type { Grid, Planes, Rect } from "./grid";
import { shapeOf } from "./receptive-field";

/** One layer's output (or the input, layer −1) in its place. */
export interface Volume {
  layer: number;
  kind: "input" | "conv" | "pool" | "dense" | "output";
  name: string;
  size: string;
  /** How it is computed: "5×5 filters". */
  how: string;
  /** Where its units are; of the output layer a unit is a whole row (or, when the flow is down, a column). */
  grid: Grid;
  /** Where the name starts: centred on x when the flow is right, from x on when it is down. */
  title: { x: number; y: number };
  /** The colour scale with its numbers. */
  legend: Rect;
}

export interface Layout {
  flow: "right" | "down";
  width: number;
  height: number;
  volumes: Volume[];
}

export interface Room {
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** A volume before it has a place. */
export type Unplaced = Omit<Volume, "grid" | "title" | "legend">;

/** What a layer is drawn as: an elementwise layer looks like what it is applied to. */
function shownAs(planned: PlannedLayer | undefined): "conv" | "pool" | "dense" {
  if (planned === undefined) return "dense";
  const { window, stays_in_map, elementwise, output } = planned;
  if (elementwise) return output.height * output.width > 1 ? "pool" : "dense";
  if (!stays_in_map) return window === null ? "dense" : "conv";
  // Preprocessing and a frame change the image without making it smaller.
  return window !== null && window.size > 1 ? "pool" : "conv";
}

/** What the volumes are, before they have a place. */
export function volumesOf(network: Description): Unplaced[] {
  return [-1, ...network.layers.keys()].map((layer) => ({
    layer,
    kind: layer < 0 ? "input" : isOutput(network, layer) ? "output" : shownAs(network.layers[layer]),
    name: layerName(network, layer),
    size: sizeName(network, layer),
    how: kindName(network, layer),
  }));
}

/**
 * How large a plane would like to be beside one of 28×28 units: its side goes with the square root of its units' number
 * along it. A cell of a dense layer counts as a ninth of it, less where there are many.
 */
export function wish(kind: Volume["kind"], side: number, count: number): number {
  if (kind === "input") return 1.2;
  return side > 1 ? Math.sqrt(side / 28) : 0.11 * Math.min(1, Math.sqrt(120 / count));
}

/** The largest side of a unit that still looks like a part of a map, or a cell like one of many. */
export function largestCell(side: number, count: number): number {
  return side > 1 ? Math.max(4, 200 / side) : Math.max(9, Math.min(20, 700 / count));
}

/** Pooling makes maps smaller, and must look like it: a plane is at most this much of the one it came from. */
export const POOLED = 0.75;

export function planesOf(network: Description, layer: number): Planes {
  const { channels, height, width } = shapeOf(network, layer);
  return { count: channels, unitsWide: width, unitsHigh: height };
}

/** To the nearest device pixel. */
export function snap(length: number, { ratio }: Room): number {
  return Math.round(length * ratio) / ratio;
}
