// The layout of a slide over a writing. Below the ink is a band with the digits that were read, and below it a strip of
// cells for each class, with a line for each row of places of the network's window. Pure.
import type { Slide } from "../../engine/pkg/lenet";
import type { Writing } from "../../engine/protocol";
import type { Rect } from "./grid";

/** The width of the classes' names, at the left. */
export const GUTTER = 22;
/** The height of the band with the digits that were read. */
export const BAND = 50;
const GAP = 2;

/** The writing's canvas on the page: CSS pixels per pixel of its own, and its corner relative to the paper's. */
export interface Zoom {
  zoom: number;
  left: number;
  top: number;
}

/** A place in the score map of one class. */
export interface ScorePlace {
  digit: number;
  row: number;
  column: number;
}

/** Places the canvas under the drawing on a paper of this size. */
export function zoomOf(slide: Slide, writing: Writing, paper: { width: number; height: number }): Zoom {
  if ("pixels" in writing) return zoomOfPixels(writing, paper);
  const zoom = paper.height / slide.scale;
  return { zoom, left: slide.corner[0] * paper.height, top: slide.corner[1] * paper.height };
}

/** An example's pixels are as large as fits, in the middle. */
export function zoomOfPixels(
  { width, height }: { width: number; height: number },
  paper: { width: number; height: number },
): Zoom {
  const zoom = Math.min(paper.width / width, paper.height / height);
  return { zoom, left: (paper.width - zoom * width) / 2, top: (paper.height - zoom * height) / 2 };
}

/** The rectangle of the window at a place, on the paper. */
export function windowOf(
  slide: Slide,
  { zoom, left, top }: Zoom,
  { row, column }: { row: number; column: number },
): Rect {
  const [side, step] = [zoom * slide.window, zoom * slide.stride];
  return { x: left + column * step, y: top + row * step, width: side, height: side };
}

/** The cells of the score map, in pixels from the corner of its canvas. */
export interface ScoreLayout {
  x: number;
  y: number;
  cellWidth: number;
  cellHeight: number;
  /** The distance from one class to the next. */
  step: number;
  rows: number;
  columns: number;
}

/** The approximate height of a strip. */
const STRIP = 18;

export const scoreHeight = (rows: number): number => BAND + 10 * (stripOf(rows) + GAP);

const lineOf = (rows: number): number => Math.max(2, Math.round(STRIP / rows));
const stripOf = (rows: number): number => rows * lineOf(rows);

/** Each cell is below the middle of its window. */
export function scoreLayout(slide: Slide, { zoom, left }: Zoom): ScoreLayout {
  const cellWidth = zoom * slide.stride;
  return {
    x: GUTTER + left + (zoom * slide.window - cellWidth) / 2,
    y: BAND,
    cellWidth,
    cellHeight: lineOf(slide.rows),
    step: stripOf(slide.rows) + GAP,
    rows: slide.rows,
    columns: slide.columns,
  };
}

export function cellRect(layout: ScoreLayout, { digit, row, column }: ScorePlace): Rect {
  const { x, y, cellWidth, cellHeight, step } = layout;
  return {
    ...{ x: x + column * cellWidth, y: y + digit * step + row * cellHeight },
    ...{ width: cellWidth, height: cellHeight },
  };
}

export function stripRect(layout: ScoreLayout, digit: number): Rect {
  const { x, y } = cellRect(layout, { digit, row: 0, column: 0 });
  return { x, y, width: layout.columns * layout.cellWidth, height: layout.rows * layout.cellHeight };
}

/** The cell under a point. */
export function placeAt(layout: ScoreLayout, px: number, py: number): ScorePlace | null {
  const column = Math.floor((px - layout.x) / layout.cellWidth);
  const digit = Math.floor((py - layout.y) / layout.step);
  if (column < 0 || column >= layout.columns || digit < 0 || digit > 9) return null;
  const row = Math.floor((py - layout.y - digit * layout.step) / layout.cellHeight);
  return { digit, row: Math.min(layout.rows - 1, row), column };
}

/** The cell next to another; the lines of all classes are below one another. */
export function walkScores(slide: Slide, from: ScorePlace, key: string): ScorePlace | null {
  const line = from.digit * slide.rows + from.row;
  const to = { ArrowUp: [line - 1, 0], ArrowDown: [line + 1, 0], ArrowLeft: [line, -1], ArrowRight: [line, 1] }[key];
  if (to === undefined) return null;
  const next = Math.max(0, Math.min(10 * slide.rows - 1, to[0] as number));
  const column = Math.max(0, Math.min(slide.columns - 1, from.column + (to[1] as number)));
  return { digit: Math.floor(next / slide.rows), row: next % slide.rows, column };
}

/** The probability of a place's class in its window. */
export function scoreAt(slide: Slide, { digit, row, column }: ScorePlace): number {
  return slide.scores[(digit * slide.rows + row) * slide.columns + column] ?? Number.NaN;
}

/** The pixels in the window at a place, row by row. */
export function windowPixels(slide: Slide, { row, column }: { row: number; column: number }): Float32Array {
  const { window, stride, width, pixels } = slide;
  const seen = new Float32Array(window * window);
  for (let y = 0; y < window; y++) {
    const from = (row * stride + y) * width + column * stride;
    seen.set(pixels.subarray(from, from + window), y * window);
  }
  return seen;
}
