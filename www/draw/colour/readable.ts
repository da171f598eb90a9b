// Numbers on colours: the ink that is legible on each entry of a scale.
import { css, entry, type Scale, type ScaleKind, scale, type Theme } from "./colour";
import type { Range } from "./range";

type Cell = { background: string; color: string };

/** NaN has no colour of a scale. */
const NOTHING: Cell = { background: "transparent", color: "#888" };
const made = new Map<Scale, Cell[]>();

/** A cell's background and the text on it. */
export function cellColours(value: number, { low, high }: Range, kind: ScaleKind, theme: Theme): Cell {
  const colours = scale(kind, theme);
  let cells = made.get(colours);
  if (!cells) {
    cells = Array.from(colours, (word, i) => cellOf(colours, i, word));
    made.set(colours, cells);
  }
  return cells[entry(value, low, high)] ?? NOTHING;
}

function cellOf(colours: Scale, index: number, word: number): Cell {
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255].map(linear) as [number, number, number];
  // The contrast with black is (L + 0.05)/0.05 and with white 1.05/(L + 0.05); they are equal at L = 0.179 (WCAG 2.1).
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { background: css(colours, index), color: luminance > 0.179 ? "#000" : "#fff" };
}

function linear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
