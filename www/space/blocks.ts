// The blocks of a network in space: every layer is a stack of its feature maps across the flow of the data. It rises like a
// stair, so that something of every map is seen. All units of maps have the size of a pixel, so that the proportions are
// true. A dense layer is one sheet of cells. Pure.

import { shapeOf, type Window } from "../draw/layout/receptive-field";
import { isOutput } from "../draw/names";
import type { Description } from "../engine/pkg/lenet";
import type { Unit } from "../state";
import type { Vector } from "./vector";

export interface Block {
  /** −1 is the input. */
  layer: number;
  /** The number of planes, one behind the other; a dense layer has one. */
  planes: number;
  /** The number of units along a plane's sides. */
  rows: number;
  columns: number;
  /** The number of all units; a dense layer's last row may not be full. */
  count: number;
  /** Whether the units are those of a dense layer, with a channel each. */
  cells: boolean;
  /** The side of one unit. */
  unit: number;
  /** The place of the first plane, and the step from one plane to the next. */
  x: number;
  spacing: number;
  /** How much higher each plane is than the one before. The middle of the stack is at the height 0. */
  rise: number;
}

/** The gap between two layers. Beside sheets of cells, which are seen from the side, it is wider. */
const GAP = 9;
const SHEET_GAP = 24;
/** The distance and the rise from plane to plane, as shares of a plane's height. */
const APART = 0.3;
const RISE = 0.25;
/** The maximum depth and rise of a layer; its planes are as far apart as this allows. */
const DEEPEST = 48;
const HIGHEST = 34;
/** The maximum rise in a picture that is very wide: it has room beside the network, but not above it. */
const HIGHEST_IF_WIDE = 12;
/** The side of a logit, which matters more than other units. */
const LOGIT = 3.2;

/** `wide` says that the picture is very wide. */
export function blocksOf(network: Description, wide = false): Block[] {
  const blocks: Block[] = [];
  for (const layer of [-1, ...network.layers.keys()]) {
    const shape = shapeOfBlock(network, layer, wide ? HIGHEST_IF_WIDE : HIGHEST);
    const last = blocks.at(-1);
    const gap = shape.cells || last?.cells ? SHEET_GAP : GAP;
    const x = last === undefined ? 0 : last.x + (last.planes - 1) * last.spacing + gap;
    blocks.push({ ...shape, layer, x });
  }
  return blocks;
}

function shapeOfBlock(network: Description, layer: number, highest: number): Omit<Block, "layer" | "x"> {
  const { channels, height, width } = shapeOf(network, layer);
  const count = channels * height * width;
  if (height * width > 1) {
    const steps = channels - 1;
    const spacing = steps > 0 ? Math.min(DEEPEST / steps, Math.max(1.6, APART * Math.max(height, width))) : 0;
    const rise = steps > 0 ? Math.min(highest / steps, RISE * height) : 0;
    return { planes: channels, rows: height, columns: width, count, cells: false, unit: 1, spacing, rise };
  }
  const columns = isOutput(network, layer) ? 1 : Math.max(1, Math.round(Math.sqrt(channels * 0.8)));
  const rows = Math.ceil(channels / columns);
  // A thousand units fit into the height of an image.
  const unit = isOutput(network, layer) ? LOGIT : Math.min(1.6, 34 / rows);
  return { planes: 1, rows, columns, count, cells: true, unit, spacing: 0, rise: 0 };
}

/** The height of a plane's middle. */
export const heightOf = ({ planes, rise }: Block, plane: number): number => (plane - (planes - 1) / 2) * rise;

/** The point in space that is this many units from the top left corner of a plane. */
export function pointOf(block: Block, plane: number, row: number, column: number): Vector {
  const { x, spacing, rows, columns, unit } = block;
  return [x + plane * spacing, heightOf(block, plane) + (rows / 2 - row) * unit, (column - columns / 2) * unit];
}

/** Four corners, in order around the rectangle. */
export type Quad = readonly [Vector, Vector, Vector, Vector];

/** The corners around a plane's units from (top, left) to (bottom, right), exclusive. */
export function quadOf(block: Block, plane: number, [top, left, bottom, right]: readonly number[]): Quad {
  const at = (row = 0, column = 0): Vector => pointOf(block, plane, row, column);
  return [at(top, left), at(top, right), at(bottom, right), at(bottom, left)];
}

export function planeQuad(block: Block, plane: number): Quad {
  return quadOf(block, plane, [0, 0, block.rows, block.columns]);
}

export function unitQuad(block: Block, { channel, y, x }: Unit): Quad {
  const [plane, row, column] = block.cells
    ? [0, Math.floor(channel / block.columns), channel % block.columns]
    : [channel, y, x];
  return quadOf(block, plane, [row, column, row + 1, column + 1]);
}

/** The corners around a window of one map; a dense layer's window is all of it. */
export function windowQuad(block: Block, plane: number, { top, left, bottom, right }: Window): Quad {
  return block.cells ? planeQuad(block, 0) : quadOf(block, plane, [top, left, bottom, right]);
}

/** The unit at a place of a plane; null after the end of a dense layer's last row. */
export function unitOfPlane(block: Block, plane: number, row: number, column: number): Unit | null {
  if (!block.cells) return { layer: block.layer, channel: plane, y: row, x: column };
  const channel = row * block.columns + column;
  return channel < block.count ? { layer: block.layer, channel, y: 0, x: 0 } : null;
}

/** The corners of the box around all planes of a block. */
export function cornersOf(block: Block): Vector[] {
  return [...planeQuad(block, 0), ...planeQuad(block, block.planes - 1)];
}
