// From the description of a network to blocks in space: every layer a stack of its feature maps across the way of the
// data, in true proportions: a unit of any map is as large as a pixel. A dense layer is one sheet of cells. Pure.

import { shapeOf, type Window } from "../draw/layout/receptive-field";
import { isOutput } from "../draw/names";
import type { Description } from "../engine/protocol";
import type { Unit } from "../state";
import type { Vector } from "./vector";

export interface Block {
  /** −1 is the input. */
  layer: number;
  /** One behind the other; a dense layer has one. */
  planes: number;
  /** Units along a plane's sides. */
  rows: number;
  columns: number;
  /** How many units in all: a dense layer's last row may not be full. */
  count: number;
  /** The units are those of a dense layer: a channel each. */
  cells: boolean;
  /** The side of one unit. */
  unit: number;
  /** Of the first plane, and from one to the next. */
  x: number;
  spacing: number;
}

/** Between two layers; sheets of cells, which are seen from the side, need more. */
const GAP = 15;
const SHEET_GAP = 21;
/** Planes stand as far apart as makes them seen, but a layer is no deeper than this. */
const DEEPEST = 46;
/** Of a logit, which is a single number that matters. */
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
  // A thousand units still stand within the height of an image.
  const unit = isOutput(network, layer) ? LOGIT : Math.min(1.6, 34 / rows);
  return { planes: 1, rows, columns, count, cells: true, unit, spacing: 0 };
}

/** A point of a plane, in units from its top left corner. */
export function pointOf(
  { x, spacing, rows, columns, unit }: Block,
  plane: number,
  row: number,
  column: number,
): Vector {
  return [x + plane * spacing, (rows / 2 - row) * unit, (column - columns / 2) * unit];
}

/** Four corners, in order around. */
export type Quad = readonly [Vector, Vector, Vector, Vector];

/** Of the units from (top, left) up to, not including, (bottom, right). */
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

/** A window of one map; of a dense layer, all of it. */
export function windowQuad(block: Block, plane: number, { top, left, bottom, right }: Window): Quad {
  return block.cells ? planeQuad(block, 0) : quadOf(block, plane, [top, left, bottom, right]);
}

/** The unit at a place of a plane; null where a dense layer's last row has ended. */
export function unitOfPlane(block: Block, plane: number, row: number, column: number): Unit | null {
  if (!block.cells) return { layer: block.layer, channel: plane, y: row, x: column };
  const channel = row * block.columns + column;
  return channel < block.count ? { layer: block.layer, channel, y: 0, x: 0 } : null;
}

/** The corners of the box that all planes of a block stand in. */
export function cornersOf(block: Block): Vector[] {
  return [...planeQuad(block, 0), ...planeQuad(block, block.planes - 1)];
}
