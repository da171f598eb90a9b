// The page's colours and font for drawing on a canvas, read from the design tokens in styles/tokens.css.
import { state } from "../state";
import type { Theme } from "./colour/colour";

export interface Ink {
  theme: Theme;
  /** The colours of important text, of other text and of separating lines. */
  text: string;
  quiet: string;
  line: string;
  /** The background. */
  ground: string;
  /** The colour of the prediction. */
  accent: string;
  /** The colour of the unit that the reader points at, and of everything that belongs to it. */
  point: string;
  font: string;
}

let inks: { element: Element; theme: Theme; ink: Ink } | null = null;

/** Reads the tokens once per theme, because they are the same for every canvas. */
export function inkOf(element: Element): Ink {
  const theme = state.theme.peek();
  if (inks?.theme === theme && inks.element.isConnected) return inks.ink;
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const ink: Ink = {
    theme,
    ...{ text: token("--text"), quiet: token("--quiet"), line: token("--line") },
    ...{ ground: token("--ground"), point: token("--point"), accent: token("--accent") },
    font: style.fontFamily,
  };
  inks = { element, theme, ink };
  return ink;
}

export function setFont(
  context: CanvasRenderingContext2D,
  ink: Ink,
  { size, weight = 400, italic = false }: { size: number; weight?: number; italic?: boolean },
): void {
  context.font = `${italic ? "italic " : ""}${weight} ${size}px ${ink.font}`;
}
