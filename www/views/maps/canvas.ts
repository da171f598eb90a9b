// The canvas of the feature maps: every map of one layer, with the part that the unit in focus sees.
import { effect, type ReadonlySignal } from "@preact/signals";
import { type Size, Surface } from "../../draw/canvas";
import { scale } from "../../draw/colour/colour";
import { type Range, rangeOf } from "../../draw/colour/range";
import { layerRanges, scaleKind } from "../../draw/colour/ranges";
import { inkOf } from "../../draw/ink";
import { fitInBox, type Grid, gridHeight, gridRect, unitAt, unitRect, windowRect } from "../../draw/layout/grid";
import { receptiveField } from "../../draw/layout/receptive-field";
import { planesOf } from "../../draw/layout/volumes";
import { lastOf } from "../../draw/memo";
import { short, unitName, unitValue } from "../../draw/names";
import { Atlas } from "../../draw/paint/atlas";
import { mark, paintUnit } from "../../draw/paint/links";
import { outline } from "../../draw/paint/outline";
import { isSame, point } from "../../draw/pointing";
import { Tip } from "../../draw/tip";
import type { Description } from "../../engine/pkg/lenet";
import { inOneScreen } from "../../model/screen";
import { state, type Unit } from "../../state";

interface Choice {
  layer: ReadonlySignal<number>;
  ownRanges: ReadonlySignal<boolean>;
  /** Whether the pre-activations are shown. */
  showsPreActivations: ReadonlySignal<boolean>;
}

const HEIGHT = 380;
/** The least height in one screen with everything else; the panel scrolls then. */
const LEAST = 90;

function place(network: Description, layer: number, { width, height: given, ratio }: Size): Grid {
  const planes = planesOf(network, layer);
  const largest = planes.unitsHigh > 1 ? Math.max(8, 170 / planes.unitsHigh) : 26;
  const height = inOneScreen.peek() ? Math.max(LEAST, given) : width < 480 ? 1.4 * width : HEIGHT;
  return { ...fitInBox(planes, { width: width - 2, height: height - 2, largest, step: 1 / ratio }), x: 1, y: 1 };
}

/** Draws and listens; returns a function that stops it. */
export function startMaps(
  { box, canvas, sign }: { box: HTMLElement; canvas: HTMLCanvasElement; sign: HTMLElement },
  { layer, ownRanges, showsPreActivations }: Choice,
): () => void {
  const tip = new Tip(sign);
  let grid: Grid | null = null;
  let atlas: { of: Atlas; grid: Grid } | null = null;
  let here = false;
  const remembered = lastOf<Grid>();

  const surface = new Surface({
    canvas,
    host: box,
    sizeIn(room) {
      const network = state.description.peek();
      if (!network) return { width: room.width, height: 0 };
      const height = inOneScreen.peek() ? room.height : null;
      grid = remembered([network, layer.peek(), room.width, height, room.ratio], () =>
        place(network, layer.peek(), room),
      );
      return { width: room.width, height: gridHeight(grid) + 2 };
    },
    draw(context, size) {
      const [network, view, ranges, at] = [
        state.description.peek(),
        state.view.peek(),
        layerRanges.peek(),
        layer.peek(),
      ];
      if (!network || !grid) return;
      box.dataset.side = String(grid.cellWidth * grid.unitsWide);
      const ink = inkOf(canvas);
      const preActivations = showsPreActivations.peek();
      const values = (preActivations ? view?.pre_activations : view?.activations)?.[at];
      if (values && ranges && values.length === grid.count * grid.unitsWide * grid.unitsHigh) {
        if (!atlas || !isAlike(atlas.grid, grid)) atlas = { of: new Atlas(grid), grid };
        const all = preActivations ? rangeOf(values, true) : ranges(at);
        const range = ownRanges.peek() ? rangesOfMaps(values, grid, all.low < 0) : all;
        atlas.of.colour(values, scale(preActivations ? "signed" : scaleKind(network, at), ink.theme), range);
        atlas.of.draw(context, grid);
      }
      outline(context, grid, ink);
      const [hovered, pinned] = [state.hovered.peek(), state.pinned.peek()];
      const focus = hovered ?? pinned;
      if (focus) for (const rect of seen(network, focus, at, grid)) mark(context, rect, 1.5, ink);
      for (const unit of new Set([pinned, focus])) {
        if (unit?.layer === at) paintUnit(context, unitRect(grid, unit), unit === pinned, ink);
      }
      if (here && hovered?.layer === at) {
        const { y, x, channel } = hovered;
        const index = (channel * grid.unitsHigh + y) * grid.unitsWide + x;
        const value = preActivations
          ? short(values?.[index] ?? Number.NaN)
          : view && ranges
            ? unitValue(network, view, hovered)
            : "";
        tip.show(unitName(network, hovered), value, unitRect(grid, hovered), size.width);
      } else tip.hide();
    },
  });

  const under = (event: MouseEvent): Unit | null => {
    const place = grid && unitAt(grid, event.offsetX, event.offsetY);
    return place && { layer: layer.peek(), ...place };
  };
  const listen: Record<string, (event: Event) => void> = {
    pointermove(event) {
      here = true;
      point(under(event as PointerEvent));
    },
    pointerleave() {
      here = false;
      point(null);
    },
    click(event) {
      const unit = under(event as MouseEvent);
      state.pinned.value = isSame(unit, state.pinned.peek()) ? null : unit;
    },
  };
  for (const [name, listener] of Object.entries(listen)) canvas.addEventListener(name, listener);
  const { description, view, hovered, pinned, theme } = state;
  const stop = effect(() => {
    for (const signal of [
      description,
      view,
      hovered,
      pinned,
      theme,
      layer,
      ownRanges,
      showsPreActivations,
      inOneScreen,
    ])
      void signal.value;
    surface.invalidate();
  });
  return () => {
    stop();
    surface.dispose();
    for (const [name, listener] of Object.entries(listen)) canvas.removeEventListener(name, listener);
  };
}

/** The windows that a unit of a later layer sees of this layer. */
function seen(network: Description, unit: Unit, layer: number, grid: Grid) {
  const window = receptiveField(network, unit).find((each) => each.layer === layer);
  if (!window || window.bottom <= window.top || window.right <= window.left) return [];
  if (grid.unitsHigh === 1 && window.channel === null) return [gridRect(grid)];
  const channels = window.channel === null ? [...Array(grid.count).keys()] : [window.channel];
  return channels.map((channel) => windowRect(grid, channel, window));
}

function rangesOfMaps(values: Float32Array, { count, unitsWide, unitsHigh }: Grid, signed: boolean): Range[] {
  const size = unitsWide * unitsHigh;
  return Array.from({ length: count }, (_, i) => rangeOf(values, signed, i * size, (i + 1) * size));
}

function isAlike(a: Grid, b: Grid): boolean {
  return (["count", "columns", "unitsWide", "unitsHigh"] as const).every((key) => a[key] === b[key]);
}
