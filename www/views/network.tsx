// The network: every layer in its place with the real activations of the chosen image, live. Point at a unit and what
// it sees lights up, back to the pixels; click to pin it.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Surface } from "../draw/canvas";
import { unitRect } from "../draw/grid";
import { inkOf } from "../draw/ink";
import { layout, unitUnder } from "../draw/layout";
import { lastOf } from "../draw/memo";
import { unitName, unitValue } from "../draw/names";
import { NetworkPainter } from "../draw/paint-network";
import { isSame, point } from "../draw/pointing";
import { layerRanges } from "../draw/ranges";
import { Tip } from "../draw/tip";
import type { Layout } from "../draw/volumes";
import { walk } from "../draw/walk";
import { state, type Unit } from "../state";
import { NetworkInWords } from "./network-in-words";
import "../styles/network.css";
import "../styles/views.css";

export function Network() {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sign = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    if (!box.current || !canvas.current || !sign.current || !spoken.current) return;
    return start({ box: box.current, canvas: canvas.current, sign: sign.current, spoken: spoken.current });
  }, []);

  return (
    <div class="network">
      <div
        class="network-box picture"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk through the picture
        tabIndex={0}
        role="application"
        aria-label="The network, layer by layer"
        aria-describedby="network-keys"
      >
        <canvas ref={canvas} />
        <div class="tip" ref={sign} aria-hidden="true" hidden />
      </div>
      <p id="network-keys" class="visually-hidden">
        Arrow keys go from unit to unit, with Shift from map to map; square brackets go from layer to layer; Enter pins
        a unit, Escape lets it go.
      </p>
      <p class="visually-hidden" aria-live="polite" ref={spoken} />
      <NetworkInWords />
    </div>
  );
}

interface Elements {
  box: HTMLElement;
  canvas: HTMLCanvasElement;
  sign: HTMLElement;
  spoken: HTMLElement;
}

/** Everything that draws and listens; answers how to stop it. */
function start({ box, canvas, sign, spoken }: Elements): () => void {
  const painter = new NetworkPainter();
  const tip = new Tip(sign);
  let placed: Layout | null = null;
  const remembered = lastOf<Layout>();
  /** Whether the pointer or the keyboard is here: the sign belongs to the view that is pointed at. */
  let here = false;

  const surface = new Surface({
    canvas,
    host: box,
    fit(room) {
      const network = state.description.peek();
      if (!network) return room;
      placed = remembered([network, room.width, room.height, room.ratio], () => {
        // How high a row may be is the page's to say: ask as if it were one, then let a tall picture have its own height.
        delete box.dataset.flow;
        const made = layout(network, { ...room, height: box.clientHeight });
        box.dataset.flow = made.flow;
        return made;
      });
      return placed;
    },
    draw(context) {
      const [network, view, ranges] = [state.description.peek(), state.view.peek(), layerRanges.peek()];
      if (!network || !placed) return;
      const chosen = state.chosen.peek();
      const label = chosen.kind === "test" ? chosen.label : null;
      const [hovered, pinned] = [state.hovered.peek(), state.pinned.peek()];
      const focus = hovered ?? pinned;
      painter.paint(context, {
        ...{ network, layout: placed, focus, pinned, ink: inkOf(canvas) },
        shown: view && ranges ? { view, ranges, label } : null,
      });
      const grid = placed.volumes.find(({ layer }) => layer === focus?.layer)?.grid;
      if (focus && grid && (here || !hovered)) {
        const value = view && ranges ? unitValue(network, view, focus) : "";
        tip.show(unitName(network, focus), value, unitRect(grid, focus), placed.width);
      } else tip.hide();
    },
  });

  const say = (unit: Unit): void => {
    const [network, view] = [state.description.peek(), state.view.peek()];
    if (network) spoken.textContent = `${unitName(network, unit)}: ${view ? unitValue(network, view, unit) : ""}`;
  };
  const under = (event: MouseEvent): Unit | null =>
    placed && event.target === canvas ? unitUnder(placed, event.offsetX, event.offsetY) : null;

  const listen = {
    pointermove(event: Event) {
      here = true;
      point(under(event as PointerEvent));
    },
    pointerleave() {
      here = false;
      point(null);
    },
    click(event: Event) {
      const unit = under(event as MouseEvent);
      state.pinned.value = isSame(unit, state.pinned.peek()) ? null : unit;
    },
    blur() {
      here = false;
      point(null);
    },
    keydown(event: Event) {
      const { key, shiftKey } = event as KeyboardEvent;
      const from = state.hovered.peek() ?? state.pinned.peek();
      if (key === "Enter") state.pinned.value = isSame(from, state.pinned.peek()) ? null : from;
      const next = placed && walk(placed.volumes, from, key, shiftKey);
      if (!next) return;
      event.preventDefault(); // or the page would scroll
      here = true;
      point(next);
      say(next);
    },
  };
  for (const [name, listener] of Object.entries(listen)) box.addEventListener(name, listener);

  // Escape lets go from anywhere on the page.
  const letGo = (event: KeyboardEvent): void => {
    if (event.key === "Escape") state.pinned.value = null;
  };
  document.addEventListener("keydown", letGo);

  const { description, view, chosen, hovered, pinned, theme } = state;
  const stop = effect(() => {
    for (const signal of [description, view, chosen, hovered, pinned, theme]) void signal.value;
    surface.invalidate();
  });

  return () => {
    stop();
    surface.dispose();
    document.removeEventListener("keydown", letGo);
    for (const [name, listener] of Object.entries(listen)) box.removeEventListener(name, listener);
  };
}
