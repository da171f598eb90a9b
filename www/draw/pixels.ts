// Draws images on canvases with one pixel per pixel; CSS enlarges them without blur.
import { entry, scale, type Theme } from "./colour/colour";
import type { Range } from "./colour/range";

/** Draws grey values, 0..1 or bytes; 0 is black. */
export function drawPixels(canvas: HTMLCanvasElement, values: ArrayLike<number>, side: number): void {
  const context = canvas.getContext("2d");
  if (context !== null) putPixels(context, values, side, [0, 0]);
}

/** Draws images side by side with a gap between them, `columns` in each row, and sets the size of the canvas. */
export function drawTiles(canvas: HTMLCanvasElement, images: ArrayLike<number>[], side: number, columns: number): void {
  const pitch = side + GAP;
  canvas.width = pitch * Math.min(columns, images.length) - GAP;
  canvas.height = pitch * Math.ceil(images.length / columns) - GAP;
  const context = canvas.getContext("2d");
  if (context === null) return;
  for (const [i, values] of images.entries()) {
    putPixels(context, values, side, [pitch * (i % columns), pitch * Math.floor(i / columns)]);
  }
}

/** Draws an image over the whole canvas. */
export function drawEnlarged(context: CanvasRenderingContext2D, values: ArrayLike<number>, side: number): void {
  const { width, height } = context.canvas;
  const image = new OffscreenCanvas(side, side);
  const small = image.getContext("2d");
  if (small === null) return;
  putPixels(small, values, side, [0, 0]);
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, width, height);
}

/** The gap between two images, in pixels. */
const GAP = 2;

function putPixels(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  values: ArrayLike<number>,
  side: number,
  [x, y]: [number, number],
): void {
  const scale = values instanceof Uint8Array ? 1 : 255;
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const grey = (values[i] ?? 0) * scale;
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  context.putImageData(image, x, y);
}

/** Draws numbers with a sign. */
export function drawSigned(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  side: number,
  { low, high }: Range,
  theme: Theme,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const colours = scale("signed", theme);
  const image = context.createImageData(side, side);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < side * side; i++) words[i] = colours[entry(values[i] ?? 0, low, high)] ?? 0;
  context.putImageData(image, 0, 0);
}
