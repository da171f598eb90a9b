// The blocks of a network in space: every layer is a stack of its feature maps across the flow of the data. All units of
// maps have the size of a pixel, so that the proportions are true. A dense layer is one sheet of cells. Pure.

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
}

/** The gap between two layers. Sheets of cells, which are seen from the side, need a wider gap. */
const GAP = 15;
const SHEET_GAP = 21;
/** The maximum depth of a layer; its planes are as far apart as this allows. */
const DEEPEST = 46;
/** The side of a logit, which matters more than other units. */
const LOGIT = 2.8;

export function blocksOf(network: Description): Block[] {
  let x = 0;
  return [-1, ...network.layers.keys()].map((layer) => {
    const block = { ...shapeOfBlock(network, layer), layer, x };
    x += (block.planes - 1) * block.spacing + (block.cells ? SHEET_GAP : GAP);
    return block;
  });
}

function shapeOfBlock(network: Description, layer: number): Omit<Block, "layer" | "x"> {
  const { channels, height, width } = shapeOf(network, layer);
  const count = channels * height * width;
  if (height * width > 1) {
    const spacing = channels > 1 ? Math.min(DEEPEST / (channels - 1), Math.max(1.6, 0.2 * Math.max(height, width))) : 0;
    return { planes: channels, rows: height, columns: width, count, cells: false, unit: 1, spacing };
  }
  const columns = isOutput(network, layer) ? 1 : Math.max(1, Math.round(Math.sqrt(channels * 0.8)));
  const rows = Math.ceil(channels / columns);
  // A thousand units fit into the height of an image.
  const unit = isOutput(network, layer) ? LOGIT : Math.min(1.6, 34 / rows);
  return { planes: 1, rows, columns, count, cells: true, unit, spacing: 0 };
}

/** The point in space that is this many units from the top left corner of a plane. */
export function pointOf(
  { x, spacing, rows, columns, unit }: Block,
  plane: number,
  row: number,
  column: number,
): Vector {
  return [x + plane * spacing, (rows / 2 - row) * unit, (column - columns / 2) * unit];
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
