// The text around the volumes: names and sizes, how each layer is computed, and its scale.

import { LARGE, projecting } from "../../model/screen";
import type { Scale } from "../colour/colour";
import type { Range } from "../colour/range";
import { type Ink, setFont } from "../ink";
import type { Rect } from "../layout/grid";
import type { Layout, Volume } from "../layout/volumes";
import { short } from "../names";

type Context = CanvasRenderingContext2D;

export function paintLabels(context: Context, layout: Layout, volume: Volume, ink: Ink): void {
  const { x, y } = volume.title;
  if (layout.flow === "right") {
    write(context, volume.name, x, y + 15, ink, { size: 15, weight: 650, align: "center" });
    write(context, volume.size, x, y + 33, ink, { size: 13, align: "center" });
    const legend = volume.legend.y;
    write(context, volume.how, x, legend - 10, ink, { size: 12, align: "center", quiet: true });
    return;
  }
  const name = write(context, volume.name, x, y + 15, ink, { size: 15, weight: 650, halo: true });
  const size = write(context, volume.size, x + name + 8, y + 15, ink, { size: 13, halo: true });
  write(context, volume.how, x + name + size + 16, y + 15, ink, { size: 12, quiet: true, halo: true });
}

/** The scale of a layer with the numbers at its ends. */
export function paintLegend(c: Context, flow: Layout["flow"], at: Rect, range: Range, scale: Scale, ink: Ink): void {
  const [low, high] = [short(range.low), short(range.high)];
  const numbers: Hand = { size: 12, quiet: true, halo: true };
  const middle = at.x + at.width / 2;
  if (flow === "down") {
    // On a phone the scale is on the line of the name, with its numbers beside it.
    const [from, to] = [at.x + 44, at.x + at.width - 38];
    c.drawImage(strip(scale), from, at.y, to - from, at.height);
    write(c, low, from - 4, at.y + 7, ink, { ...numbers, align: "right" });
    write(c, high, at.x + at.width, at.y + 7, ink, { ...numbers, align: "right" });
    return;
  }
  c.drawImage(strip(scale), at.x, at.y, at.width, at.height);
  if (range.low < 0 && at.width < 72) {
    write(c, `±${high}`, middle, at.y + 18, ink, { ...numbers, align: "center" });
    return;
  }
  write(c, low, at.x, at.y + 18, ink, numbers);
  if (range.low < 0) write(c, "0", middle, at.y + 18, ink, { ...numbers, align: "center" });
  write(c, high, at.x + at.width, at.y + 18, ink, { ...numbers, align: "right" });
}

interface Hand {
  size: number;
  weight?: number;
  align?: CanvasTextAlign;
  quiet?: boolean;
  italic?: boolean;
  /** Clears the background, because on a phone lines run behind the text. */
  halo?: boolean;
}

/** From this weight on text is important. */
const IMPORTANT = 650;

/** Writes one line and returns its width. For a projector only what is important is written, and large. */
export function write(context: Context, text: string, x: number, y: number, ink: Ink, hand: Hand): number {
  const projected = projecting.peek();
  if (projected && (hand.weight ?? 0) < IMPORTANT) return 0;
  setFont(context, ink, projected ? { ...hand, size: Math.max(LARGE, hand.size) } : hand);
  context.textAlign = hand.align ?? "left";
  context.fillStyle = hand.quiet ? ink.quiet : ink.text;
  if (hand.halo) {
    context.strokeStyle = ink.ground;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
  }
  context.fillText(text, x, y);
  return context.measureText(text).width;
}

const strips = new Map<Scale, HTMLCanvasElement>();

/** A scale as an image one pixel high. */
function strip(scale: Scale): HTMLCanvasElement {
  let canvas = strips.get(scale);
  if (!canvas) {
    canvas = document.createElement("canvas");
    canvas.width = scale.length;
    canvas.height = 1;
    const context = canvas.getContext("2d") as Context;
    const image = context.createImageData(scale.length, 1);
    new Uint32Array(image.data.buffer).set(scale);
    context.putImageData(image, 0, 0);
    strips.set(scale, canvas);
  }
  return canvas;
}
