// The network laid out flat, as in LeCun's figure: every layer's maps side by side on a canvas.
import { Surface } from "../../draw/canvas";
import { layerRanges } from "../../draw/colour/ranges";
import { inkOf } from "../../draw/ink";
import { unitRect } from "../../draw/layout/grid";
import { layout, unitUnder } from "../../draw/layout/network";
import type { Layout } from "../../draw/layout/volumes";
import { lastOf } from "../../draw/memo";
import { unitName, unitValue } from "../../draw/names";
import { NetworkPainter } from "../../draw/paint/network";
import { Tip } from "../../draw/tip";
import { state, type Unit } from "../../state";
import { type Elements, listenTo, onChange } from "./listen";

/** Draws and listens; returns a function that stops it. */
export function startFlat(elements: Elements): () => void {
  const { box, canvas, sign } = elements;
  const painter = new NetworkPainter();
  const tip = new Tip(sign);
  let placed: Layout | null = null;
  const remembered = lastOf<Layout>();

  const surface = new Surface({
    canvas,
    host: box,
    sizeIn(room) {
      const network = state.description.peek();
      if (!network) return room;
      placed = remembered([network, room.width, room.height, room.ratio], () => {
        // The page decides the height of a row: measure it as one row first, then let a tall picture have its own height.
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
      if (focus && grid && (hands.here || !hovered)) {
        const value = view && ranges ? unitValue(network, view, focus) : "";
        tip.show(unitName(network, focus), value, unitRect(grid, focus), placed.width);
      } else tip.hide();
    },
  });

  const under = (event: MouseEvent): Unit | null =>
    placed && event.target === canvas ? unitUnder(placed, event.offsetX, event.offsetY) : null;
  const hands = listenTo(elements, { under, ground: () => placed?.volumes ?? [] });
  const stop = onChange(surface.invalidate);
  return () => {
    stop();
    hands.stop();
    surface.dispose();
    delete box.dataset.flow;
  };
}
