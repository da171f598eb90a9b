// What is on the pad, and what was there before each change, for Undo.
import { signal } from "@preact/signals";
import { actions, type OnPad, state } from "../state";

const past = signal<OnPad[]>([]);

export const canUndo = (): boolean => past.value.length > 0;
export const isEmpty = (on: OnPad): boolean => on.kind === "drawing" && on.strokes.length === 0;

/** Remembers what is on the pad before it changes. */
export function remember(): void {
  past.value = [...past.value, state.onPad.value];
}

/** Shows this on the pad; every view shows it, too. */
export function show(on: OnPad): void {
  state.onPad.value = on;
  actions.choose(on);
}

export function put(on: OnPad): void {
  remember();
  show(on);
}

export function undo(): void {
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  show(before);
}

export function clear(): void {
  if (!isEmpty(state.onPad.value)) put({ kind: "drawing", strokes: [] });
}
