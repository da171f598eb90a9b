// The filters of one convolution layer, with one range and one legend for all. Pointing at a weight shows its value.
import { computed, effect, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Surface } from "../../draw/canvas";
import { scale } from "../../draw/colour/colour";
import { Legend } from "../../draw/colour/legend";
import { type Range, rangeOf, SmoothRange } from "../../draw/colour/range";
import { type Ink, inkOf } from "../../draw/ink";
import {
  byStrength,
  type FilterLayout,
  filterAt,
  filterLayout,
  filterRect,
  planeIn,
  weightIndex,
} from "../../draw/layout/filters";
import { type Place, planeRect, unitAt, unitRect } from "../../draw/layout/grid";
import { lastOf } from "../../draw/memo";
import { layerName, short } from "../../draw/names";
import { Atlas } from "../../draw/paint/atlas";
import { write } from "../../draw/paint/labels";
import { mark } from "../../draw/paint/links";
import { outline } from "../../draw/paint/outline";
import { Tip } from "../../draw/tip";
import type { Description, FilterNumbers } from "../../engine/pkg/lenet";
import { inOneScreen } from "../../model/screen";
import { tall } from "../../model/tools";
import { state } from "../../state";

interface Props {
  network: Description;
  layer: number;
  shown: Signal<FilterNumbers>;
  /** Whether the strongest filters come first. */
  sorted: Signal<boolean>;
}

export function FilterLayer({ network, layer, shown, sorted }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sign = useRef<HTMLDivElement>(null);
  const shape = useMemo(() => shapeOfFilters(network, layer), [network, layer]);
  const tensor = useMemo(() => {
    const length = shape.filters * shape.channels * shape.size ** 2;
    return computed(() => {
      const view = state.view.value;
      // The snapshot may still have what was shown before.
      const values = view?.shown === shown.value && view.filters.find((each) => each.layer === layer)?.values;
      return values && values.length === length ? values : null;
    });
  }, [shape, layer, shown]);
  const range = useMemo(() => smoothly(tensor, shown), [tensor, shown]);
  const order = useMemo(() => calmly(shape, tensor, shown, sorted), [shape, tensor, shown, sorted]);

  useEffect(() => {
    if (!box.current || !canvas.current || !sign.current) return;
    const elements = { box: box.current, canvas: canvas.current, sign: sign.current };
    return start(elements, { network, layer, shape, tensor, range, order });
  }, [network, layer, shape, tensor, range, order]);

  const { filters, channels, size } = shape;
  const sees = network.layers[layer]?.sees ?? [];
  const some = [...new Set(sees.map(({ length }) => length))]
    .sort((a, b) => a - b)
    .join(", ")
    .replace(/, (?=\d+$)/, " or ");
  const each = channels > 1 ? `, each on ${some === "" ? "" : `${some} of the `}${channels} maps` : "";
  return (
    <figure class="filter-layer" style={widthOf(shape)}>
      <figcaption>
        <h3>
          {layerName(network, layer)}
          <span>
            {filters} {filters === 1 ? "filter" : "filters"} {size}×{size}
            {each}
          </span>
        </h3>
        <Legend kind="signed" range={range} />
      </figcaption>
      <div class="picture" ref={box}>
        <canvas ref={canvas} role="img" aria-label={`The filters of ${layerName(network, layer)}`} />
        <div class="tip" ref={sign} aria-hidden="true" hidden />
      </div>
    </figure>
  );
}

type FilterShape = FilterLayout["shape"];

/** Lists of a few large filters get the width that they can use first; the tables share the rest. */
function widthOf({ filters, channels, size }: FilterShape) {
  if (inOneScreen.value) {
    // Lists are three filters high, with cells of twice a table's, and larger ones where there is more height.
    const list = 10 + Math.ceil(filters / 3) * (tall.value ? 20 : 9) * size;
    const across = channels > 1 ? 26 + Math.max(filters, channels) * (4 * size + 2) : list;
    return { flex: `${across} 1 0` };
  }
  if (channels > 1) return { flexGrow: Math.round(Math.sqrt(filters * channels)) };
  return { flexGrow: 1000, maxWidth: `max(16rem, ${115 * Math.ceil(Math.sqrt(filters / 1.5))}px)` };
}

function shapeOfFilters(network: Description, layer: number): FilterShape {
  const planned = network.layers[layer];
  if (planned?.layer.type !== "conv") return { filters: 0, channels: 0, size: 0 };
  return { filters: planned.layer.filters, channels: planned.input.channels, size: planned.layer.size };
}

/** A smoothed range, symmetric about zero, for each of the choices. */
function smoothly(tensor: { value: Float32Array | null }, shown: Signal<FilterNumbers>) {
  const ranges = { weights: new SmoothRange(), gradients: new SmoothRange(), change: new SmoothRange() };
  let last = performance.now();
  return computed<Range | null>(() => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return tensor.value && ranges[shown.value].next(rangeOf(tensor.value, true), seconds);
  });
}

/** The order of the filters. An order by strength changes at most once per second, so that one can look at a filter. */
function calmly(
  shape: FilterShape,
  tensor: { value: Float32Array | null },
  shown: Signal<FilterNumbers>,
  sorted: Signal<boolean>,
) {
  let made = { at: 0, of: "" as FilterNumbers | "", order: undefined as number[] | undefined };
  return computed<number[] | undefined>(() => {
    const [values, of, now] = [tensor.value, shown.value, performance.now()];
    if (!sorted.value || values === null) return undefined;
    if (made.order === undefined || made.of !== of || now - made.at > 1000) {
      const order = byStrength(shape, values);
      // An equal order stays the same array, so that the layout is not computed again.
      const same = made.order?.every((filter, i) => filter === order[i]) ?? false;
      made = { at: now, of, order: same ? made.order : order };
    }
    return made.order;
  });
}

interface Scene {
  order: { value: number[] | undefined; peek(): number[] | undefined };
  network: Description;
  layer: number;
  shape: FilterShape;
  tensor: { value: Float32Array | null; peek(): Float32Array | null };
  range: { value: Range | null; peek(): Range | null };
}

/** The height from which on a table that shares the screen with everything else says what its rows and columns are. */
const ROOM_FOR_HEADINGS = 230;

/** Lower than this a layer's filters would be too small to see anything in them; the panel scrolls then. */
function leastHeight({ filters, channels, size }: FilterShape, width: number): number {
  if (channels === 1) return 2 * size;
  const [most, fewest] = [Math.max(filters, channels), Math.min(filters, channels)];
  const step = 2 * size + 2;
  return 20 + step * (26 + step * most <= width ? fewest : most);
}

/** The maximum height; on a phone it is proportional to the width, because a table stands upright there. */
const HEIGHT = 480;

function heightIn(width: number, { channels }: FilterShape): number {
  if (width < 480 && channels > 1) return 2 * width;
  return channels > 1 ? HEIGHT : Math.min(400, 1.5 * width);
}

function start({ box, canvas, sign }: Record<"box" | "canvas" | "sign", HTMLElement>, scene: Scene): () => void {
  const { network, layer, shape, tensor, range, order } = scene;
  const tip = new Tip(sign);
  let placed: FilterLayout | null = null;
  let atlas: Atlas | null = null;
  let pointed: Place | null = null;
  const remembered = lastOf<FilterLayout>();

  const surface = new Surface({
    canvas: canvas as HTMLCanvasElement,
    host: box,
    sizeIn({ width, height: given, ratio }) {
      const docked = inOneScreen.peek();
      const height = docked ? Math.max(given, leastHeight(shape, width)) : heightIn(width, shape);
      const room = { width, height, largest: 20, step: 1 / ratio, leastGap: docked ? 2 : 3 };
      const headings = !docked || height > ROOM_FOR_HEADINGS;
      placed = remembered([width, height, ratio, order.peek(), docked], () =>
        filterLayout(shape, room, order.peek(), headings),
      );
      atlas ??= new Atlas(placed.grid);
      return placed;
    },
    draw(context, size) {
      const [values, reach, ink] = [tensor.peek(), range.peek(), inkOf(canvas)];
      const at = placed;
      if (!at || !atlas) return;
      const { grid } = at;
      box.dataset.side = String(grid.cellWidth * grid.unitsWide);
      for (const { text, x, y, align } of at.labels) write(context, text, x, y, ink, { size: 12, quiet: true, align });
      paintAxes(context, at, network, layer, ink);
      if (values && reach) {
        atlas.colour(values, scale("signed", ink.theme), reach);
        atlas.draw(context, grid, (place) => planeIn(at, place));
      }
      outline(context, grid, ink);
      const unit = state.hovered.peek() ?? state.pinned.peek();
      if (unit?.layer === layer) mark(context, filterRect(at, unit.channel), 1.5, ink);
      if (!pointed) {
        tip.hide();
        return;
      }
      mark(context, unitRect(grid, pointed), 2, ink);
      mark(context, planeRect(grid, pointed.channel), 1, ink);
      const value = values?.[weightIndex(at, pointed)];
      const { filter, channel } = filterAt(at, pointed.channel);
      const isSeen = network.layers[layer]?.sees[filter]?.includes(channel) ?? true;
      const words = !isSeen ? "not connected" : value === undefined ? "" : short(value);
      tip.show(nameOf(at, pointed), words, unitRect(grid, pointed), size.width);
    },
  });

  const nameOf = (at: FilterLayout, place: Place): string => {
    const { filter, channel } = filterAt(at, place.channel);
    const reads = shape.channels > 1 ? ` on map ${channel + 1}` : "";
    return `${layerName(network, layer)} · filter ${filter + 1}${reads} · row ${place.y + 1}, column ${place.x + 1}`;
  };
  const move = (event: PointerEvent): void => {
    pointed = placed && event.target === canvas ? unitAt(placed.grid, event.offsetX, event.offsetY) : null;
    surface.invalidate();
  };
  const leave = (): void => {
    pointed = null;
    surface.invalidate();
  };
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerdown", move);
  canvas.addEventListener("pointerleave", leave);
  const stop = effect(() => {
    void [tensor.value, range.value, order.value, state.theme.value, state.hovered.value, state.pinned.value];
    void inOneScreen.value;
    surface.invalidate();
  });
  return () => {
    stop();
    surface.dispose();
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerdown", move);
    canvas.removeEventListener("pointerleave", leave);
  };
}

/** Writes what the table's columns and rows are. */
function paintAxes(context: CanvasRenderingContext2D, at: FilterLayout, network: Description, layer: number, ink: Ink) {
  if (!at.headings) return;
  const axes = [
    `filters, one for each map of ${layerName(network, layer)}`,
    `maps of ${layerName(network, layer - 1)}`,
  ];
  const [across, down] = at.rows === "channels" ? axes : axes.toReversed();
  write(context, across ?? "", at.grid.x, 11, ink, { size: 12, quiet: true });
  context.save();
  context.rotate(-Math.PI / 2);
  write(context, down ?? "", -at.grid.y, 11, ink, { size: 12, quiet: true, align: "right" });
  context.restore();
}
