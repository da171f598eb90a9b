// Paints a writing, the digits that were read, and the score map below.
import type { Slide } from "../../engine/pkg/lenet";
import type { Writing } from "../../engine/protocol";
import { percent } from "../../model/words";
import { entry, scale } from "../colour/colour";
import { type Ink, setFont } from "../ink";
import type { Rect } from "../layout/grid";
import {
  BAND,
  cellRect,
  GUTTER,
  type ScoreLayout,
  type ScorePlace,
  scoreAt,
  stripRect,
  type Zoom,
  zoomOfPixels,
} from "../layout/score-map";
import { drawStroke } from "../stroke";

/** The pen's width as a share of the paper's height: that of MNIST's lines if digits fill three fifths of the height. */
export const PEN = 0.07;

/** Paints the paper, black like the images, and the ink on it. */
export function paintWriting(
  context: CanvasRenderingContext2D,
  writing: Writing | null,
  paper: { width: number; height: number },
): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, paper.width, paper.height);
  if (writing === null) return;
  if ("pixels" in writing) {
    const { zoom, left, top } = zoomOfPixels(writing, paper);
    context.drawImage(pictureOf(writing), left, top, zoom * writing.width, zoom * writing.height);
    return;
  }
  context.strokeStyle = "#fff";
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of writing.strokes) drawStroke(context, stroke, paper.height, PEN);
}

let picture: { of: object; canvas: HTMLCanvasElement } | null = null;

/** The pixels as a canvas, which is kept because every frame draws it. */
function pictureOf(writing: { pixels: ArrayLike<number>; width: number; height: number }): HTMLCanvasElement {
  if (picture?.of === writing) return picture.canvas;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: writing.width, height: writing.height });
  const image = new ImageData(writing.width, writing.height);
  for (let i = 0; i < writing.width * writing.height; i++) {
    const grey = 255 * (writing.pixels[i] ?? 0);
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  picture = { of: writing, canvas };
  return canvas;
}

/** Paints the window that the reader points at. */
export function paintWindow(context: CanvasRenderingContext2D, rect: Rect, ink: Ink): void {
  context.strokeStyle = ink.point;
  context.lineWidth = 2;
  context.strokeRect(rect.x, rect.y, rect.width, rect.height);
}

/** Paints the digits that were read, each over a bracket as wide as its ink, and a strip of cells for each class. */
export function paintScores(
  context: CanvasRenderingContext2D,
  slide: Slide,
  { zoom, left }: Zoom,
  layout: ScoreLayout,
  ink: Ink,
): void {
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const narrow = zoom * 20 < 44;
  for (const digit of slide.digits) {
    const [from, to] = [GUTTER + left + zoom * digit.left, GUTTER + left + zoom * digit.right];
    context.strokeStyle = ink.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(from + 1, 4);
    context.lineTo(from + 1, 9);
    context.lineTo(to - 1, 9);
    context.lineTo(to - 1, 4);
    context.stroke();
    context.fillStyle = ink.text;
    setFont(context, ink, { size: 20, weight: 700 });
    context.fillText(String(digit.label), (from + to) / 2, 30);
    context.fillStyle = ink.quiet;
    setFont(context, ink, { size: 12 });
    context.fillText(percent(digit.probability, narrow ? 0 : 1), (from + to) / 2, BAND - 7);
  }
  paintCells(context, slide, layout, ink);
  // The cell where each was read has a black and white frame, which is visible on any colour.
  for (const [colour, wide] of [
    ["#fff", 3.5],
    ["#000", 1.5],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    for (const { label, row, column } of slide.digits) {
      const { x, y, width, height } = cellRect(layout, { digit: label, row, column });
      context.strokeRect(x, y, width, height);
    }
  }
}

function paintCells(context: CanvasRenderingContext2D, slide: Slide, layout: ScoreLayout, ink: Ink): void {
  // One pixel per cell, enlarged afterwards: a few drawing calls instead of thousands.
  const colours = scale("activation", ink.theme);
  const image = new ImageData(slide.columns, 10 * slide.rows);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = colours[entry(slide.scores[i] ?? 0, 0, 1)] ?? 0;
  const cells = document.createElement("canvas");
  Object.assign(cells, { width: image.width, height: image.height });
  cells.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let digit = 0; digit < 10; digit++) {
    const { x, y, width, height } = stripRect(layout, digit);
    context.drawImage(cells, 0, digit * slide.rows, slide.columns, slide.rows, x, y, width, height);
    setFont(context, ink, { size: 12, weight: 600 });
    context.fillStyle = ink.quiet;
    context.fillText(String(digit), Math.max(GUTTER, x) - 8, y + height / 2 + 1);
  }
}

/** Paints frames around the cell that the reader points at and around its column through all classes. */
export function paintPointed(
  context: CanvasRenderingContext2D,
  layout: ScoreLayout,
  place: ScorePlace,
  ink: Ink,
): void {
  const cell = cellRect(layout, place);
  context.strokeStyle = ink.point;
  context.lineWidth = 2;
  context.strokeRect(cell.x - 1, cell.y - 1, cell.width + 2, cell.height + 2);
}

/** The name of a place, "3 at column 12 of 29", and its probability, for the sign and for screen readers. */
export function placeWords(slide: Slide, place: ScorePlace): [string, string] {
  const row = slide.rows > 1 ? `, row ${place.row + 1} of ${slide.rows}` : "";
  return [`${place.digit} at place ${place.column + 1} of ${slide.columns}${row}`, percent(scoreAt(slide, place))];
}
