// The parts of a network that are drawn, and their sizes.
import type { Description, PlannedLayer } from "../../engine/pkg/lenet";
import { isOutput, kindName, layerName, sizeName } from "../names";
import type { Grid, Planes, Rect } from "./grid";
import { shapeOf } from "./receptive-field";

/** The output of a layer, or the input as layer −1, in its place. */
export interface Volume {
  layer: number;
  kind: "input" | "conv" | "pool" | "dense" | "output";
  name: string;
  size: string;
  /** How the layer is computed: "5×5 filters". */
  how: string;
  /** The place of its units. A unit of the output layer is a whole row, or a column where the flow is down. */
  grid: Grid;
  /** The place of the name, which is centred on x if the flow is right, and begins at x if it is down. */
  title: { x: number; y: number };
  /** The place of the colour scale with its numbers. */
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

/** The kind of picture for a layer. An elementwise layer looks like its input. */
function shownAs(planned: PlannedLayer | undefined): "conv" | "pool" | "dense" {
  if (planned === undefined) return "dense";
  const { window, stays_in_map, elementwise, output } = planned;
  if (elementwise) return output.height * output.width > 1 ? "pool" : "dense";
  if (!stays_in_map) return window === null ? "dense" : "conv";
  // Preprocessing and a frame change the image without making it smaller.
  return window !== null && window.size > 1 ? "pool" : "conv";
}

/** The volumes of a network, before they have a place. */
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
 * The side that a plane should have in relation to one of 28×28 units: proportional to the square root of the number of
 * units along it. A cell of a dense layer should have a ninth of that side, and less in a large layer.
 */
export function wish(kind: Volume["kind"], side: number, count: number): number {
  if (kind === "input") return 1.2;
  return side > 1 ? Math.sqrt(side / 28) : 0.11 * Math.min(1, Math.sqrt(120 / count));
}

/** The maximum side of a unit, beyond which it no longer looks like a part of a map, or a cell like one of many. */
export function largestCell(side: number, count: number): number {
  return side > 1 ? Math.max(4, 200 / side) : Math.max(9, Math.min(20, 700 / count));
}

/** The maximum size of a pooling layer's planes in relation to those it pools, so that they look smaller. */
export const POOLED = 0.75;

export function planesOf(network: Description, layer: number): Planes {
  const { channels, height, width } = shapeOf(network, layer);
  return { count: channels, unitsWide: width, unitsHigh: height };
}

/** Rounds to the nearest device pixel. */
export function snap(length: number, { ratio }: Room): number {
  return Math.round(length * ratio) / ratio;
}
