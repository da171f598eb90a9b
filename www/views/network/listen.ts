// The behaviour of both pictures of the network: pointing, pinning, walking with the keys, and redrawing.
import { effect } from "@preact/signals";
import { layerRanges } from "../../draw/colour/ranges";
import { type Ground, walk } from "../../draw/layout/walk";
import { unitName, unitValue } from "../../draw/names";
import { isSame, point } from "../../draw/pointing";
import { projecting } from "../../model/screen";
import { state, type Unit } from "../../state";
import { isChord, keyOf } from "../parts/chord";

export interface Elements {
  box: HTMLElement;
  canvas: HTMLCanvasElement;
  /** The sign at the pointer. */
  sign: HTMLElement;
  /** The live region for screen readers. */
  spoken: HTMLElement;
}

interface Picture {
  /** The unit at the pointer. */
  under(event: MouseEvent): Unit | null;
  /** The grids that the arrow keys walk over. */
  ground(): readonly Ground[];
}

export interface Hands {
  /** Whether the pointer or the keyboard is in this view, which shows the sign then. */
  here: boolean;
  stop(): void;
}

export function listenTo({ box, spoken }: Elements, { under, ground }: Picture): Hands {
  const say = (unit: Unit): void => {
    const [network, view] = [state.description.peek(), state.view.peek()];
    if (network) spoken.textContent = `${unitName(network, unit)}: ${view ? unitValue(network, view, unit) : ""}`;
  };
  const leave = (): void => {
    hands.here = false;
    point(null);
  };
  const listen = {
    pointermove(event: Event) {
      hands.here = true;
      point(under(event as PointerEvent));
    },
    pointerleave: leave,
    blur: leave,
    click(event: Event) {
      if (event.defaultPrevented) return; // this click ended a drag
      const unit = under(event as MouseEvent);
      state.pinned.value = isSame(unit, state.pinned.peek()) ? null : unit;
    },
    keydown(event: Event) {
      const key = keyOf(event as KeyboardEvent);
      if (event.defaultPrevented || isChord(event as KeyboardEvent)) return;
      const from = state.hovered.peek() ?? state.pinned.peek();
      if (key === "Enter") state.pinned.value = isSame(from, state.pinned.peek()) ? null : from;
      const next = walk(ground(), from, key, (event as KeyboardEvent).shiftKey);
      if (!next) return;
      event.preventDefault(); // otherwise the page would scroll
      hands.here = true;
      point(next);
      say(next);
    },
  };
  for (const [name, listener] of Object.entries(listen)) box.addEventListener(name, listener);

  // Escape unpins the unit, wherever the focus is.
  const letGo = (event: KeyboardEvent): void => {
    if (event.key === "Escape") state.pinned.value = null;
  };
  document.addEventListener("keydown", letGo);

  const hands: Hands = {
    here: false,
    stop() {
      document.removeEventListener("keydown", letGo);
      for (const [name, listener] of Object.entries(listen)) box.removeEventListener(name, listener);
    },
  };
  return hands;
}

/** Calls `draw` whenever something has changed that a picture of the network shows. */
export function onChange(draw: () => void): () => void {
  const { description, view, chosen, hovered, pinned, theme } = state;
  return effect(() => {
    for (const signal of [description, view, chosen, hovered, pinned, theme, layerRanges, projecting])
      void signal.value;
    draw();
  });
}
