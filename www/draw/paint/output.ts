// The last layer: for each class a bar as long as its probability, and the number. The predicted class stands out, and a
// ring marks the image's label.
import { percent } from "../../model/words";
import type { Ink } from "../ink";
import { planeRect, type Rect } from "../layout/grid";
import type { Layout, Volume } from "../layout/volumes";
import { write } from "./labels";

type Context = CanvasRenderingContext2D;

export interface Answer {
  probabilities: Float32Array;
  /** Null for a drawing, which has no label. */
  label: number | null;
}

export function paintOutput(context: Context, layout: Layout, volume: Volume, answer: Answer | null, ink: Ink): void {
  const winner = answer ? answer.probabilities.indexOf(Math.max(...answer.probabilities)) : -1;
  for (let digit = 0; digit < volume.grid.count; digit++) {
    const probability = answer?.probabilities[digit] ?? Number.NaN;
    const row = { at: planeRect(volume.grid, digit), digit, probability, wins: digit === winner, ink };
    if (layout.flow === "right") paintRow(context, row);
    else paintColumn(context, row);
    if (digit === answer?.label) ring(context, layout.flow, row.at, ink);
  }
  if (answer && answer.label !== null && layout.flow === "right") {
    const { x, y, width } = volume.legend;
    write(context, `○ label ${answer.label}`, x + width / 2, y + 10, ink, { size: 12, quiet: true, align: "center" });
  }
}

interface Row {
  at: Rect;
  digit: number;
  probability: number;
  wins: boolean;
  ink: Ink;
}

function paintRow(context: Context, { at, digit, probability, wins, ink }: Row): void {
  const middle = at.y + at.height / 2;
  const weight = wins ? 700 : 400;
  const thick = Math.min(12, at.height * 0.45);
  const [from, length] = [at.x + 24, at.width - 24 - 50];
  write(context, String(digit), at.x + 10, middle + 5, ink, { size: 15, weight, align: "center", quiet: !wins });
  context.fillStyle = ink.line;
  context.fillRect(from, middle - thick / 2, length, thick);
  if (!(probability >= 0)) return;
  context.fillStyle = wins ? ink.accent : ink.quiet;
  context.fillRect(from, middle - thick / 2, Math.max(length * probability, 1), thick);
  write(context, percent(probability, probability < 0.9995 ? 1 : 0), at.x + at.width, middle + 4, ink, {
    ...{ size: 12, weight, align: "right", quiet: !wins },
  });
}

function paintColumn(context: Context, { at, digit, probability, wins, ink }: Row): void {
  const middle = at.x + at.width / 2;
  const weight = wins ? 700 : 400;
  const [top, high] = [at.y + 20, at.height - 20 - 26];
  write(context, String(digit), middle, at.y + at.height - 6, ink, { size: 15, weight, align: "center", quiet: !wins });
  context.fillStyle = ink.line;
  context.fillRect(middle - 6, top, 12, high);
  if (!(probability >= 0)) return;
  context.fillStyle = wins ? ink.accent : ink.quiet;
  const long = Math.max(high * probability, 1);
  context.fillRect(middle - 6, top + high - long, 12, long);
  write(context, percent(probability, 0), middle, at.y + 12, ink, { size: 12, weight, align: "center", quiet: !wins });
}

function ring(context: Context, flow: Layout["flow"], at: Rect, ink: Ink): void {
  context.strokeStyle = ink.text;
  context.lineWidth = 1.25;
  context.beginPath();
  if (flow === "right") context.arc(at.x + 10, at.y + at.height / 2, 10, 0, 2 * Math.PI);
  else context.arc(at.x + at.width / 2, at.y + at.height - 11, 10, 0, 2 * Math.PI);
  context.stroke();
}
