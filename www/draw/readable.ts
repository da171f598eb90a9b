// Numbers on colours: which ink can be read on which entry of a scale.
import { css, entry, type ScaleKind, scale, type Theme } from "./colour";
import type { Range } from "./range";

/** A cell's background and the text on it. */
export function cellColours(value: number, { low, high }: Range, kind: ScaleKind, theme: Theme) {
  const colours = scale(kind, theme);
  const index = entry(value, low, high);
  const word = colours[index] ?? 0;
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255].map(linear) as [number, number, number];
  // The contrast with black is (L + 0.05)/0.05, with white 1.05/(L + 0.05): equal at 0.179 (WCAG 2.1).
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { background: css(colours, index), color: luminance > 0.179 ? "#000" : "#fff" };
}

function linear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
