// Which of the page's three shapes fits the window. Sizes in rem make larger letters count as a smaller window.
import { computed, signal } from "@preact/signals";

export interface Window {
  /** In CSS pixels. */
  width: number;
  height: number;
  /** The size of the root's letters in CSS pixels. */
  rem: number;
}

/**
 * "one": everything is in the window, without scrolling. "low": the tools lie under the first screen. "narrow": one column.
 * "paper": a sheet that is printed.
 */
export type Shape = "one" | "low" | "narrow" | "paper";

/** The last width in pixels of one column; styles/frame.css has it too. */
const NARROW = 999;
/** The least sides of a window that has room for everything, in rem. */
const ONE = { width: 75, height: 52 };

export function shapeFor({ width, height, rem }: Window): Shape {
  if (width <= NARROW) return "narrow";
  return width >= ONE.width * rem && height >= ONE.height * rem ? "one" : "low";
}

export const size = signal<Window>({ width: 0, height: 0, rem: 16 });
export const printing = signal(false);
export const shape = computed<Shape>(() => (printing.value ? "paper" : shapeFor(size.value)));
/** Whether the views share one screen: each has the height that the page gives it. Otherwise it has what it needs. */
export const inOneScreen = computed(() => shape.value === "one");
/** Whether the page is for a projector: only network, pad and one curve, in large letters. */
export const projecting = signal(false);
/** The least size of letters on a projector, in pixels. */
export const LARGE = 36;
