// Shows the position of the window: the input map with its padding, the window and the next window one stride further,
// and the output map with the unit. A click on the output map goes to another unit.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Surface } from "../../draw/canvas";
import { scale } from "../../draw/colour/colour";
import { layerRanges, scaleKind } from "../../draw/colour/ranges";
import { type Ink, inkOf } from "../../draw/ink";
import { type Grid, makeGrid, planeRect, unitAt, windowRect } from "../../draw/layout/grid";
import { shapeOf } from "../../draw/layout/receptive-field";
import { layerName } from "../../draw/names";
import { Atlas } from "../../draw/paint/atlas";
import { write } from "../../draw/paint/labels";
import { mark } from "../../draw/paint/links";
import type { PlannedLayer } from "../../engine/pkg/lenet";
import { state } from "../../state";
import type { InspectorProps } from "./parts";

const TITLE = 18;
const GAP = 26;

export function WindowPlace(props: InspectorProps) {
  const { network, planned, inspected } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const surface = useRef<Surface | null>(null);
  useEffect(() => {
    if (!box.current || !canvas.current) return;
    return start(box.current, canvas.current, latest, surface);
  }, [network, inspected.layer]);
  surface.current?.invalidate();
  const { window, input, elementwise } = planned;
  return (
    <figure class="window-place">
      <div class="picture" ref={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Where the window of ${layerName(network, inspected.layer)} stands on ${layerName(network, inspected.layer - 1)}`}
        />
      </div>
      {window && !elementwise && (
        <figcaption>
          ({input.width} − {window.size} + 2·{window.padding})/{window.stride} + 1 = {placesOf(planned)} places a side
        </figcaption>
      )}
    </figure>
  );
}

/** The number of places along a side: "14", or "4.5, rounded down to 4". */
function placesOf({ window, input, output }: PlannedLayer): string {
  if (window === null) return "";
  const exact = (input.width - window.size + 2 * window.padding) / window.stride + 1;
  const rounded = exact === output.width ? "" : `, rounded down to ${output.width}`;
  return `${Number(exact.toFixed(3))}${rounded}`;
}

function start(
  box: HTMLElement,
  canvas: HTMLCanvasElement,
  latest: { current: InspectorProps },
  own: { current: Surface | null },
): () => void {
  let grids: { input: Grid; output: Grid } | null = null;
  let atlases: { input: Atlas; output: Atlas } | null = null;
  const surface = new Surface({
    canvas,
    host: box,
    sizeIn({ width, ratio }) {
      grids = place(latest.current, width, ratio);
      atlases = { input: new Atlas({ ...grids.input, count: 1 }), output: new Atlas({ ...grids.output, count: 1 }) };
      const { output } = grids;
      return { width, height: output.y + output.unitsHigh * output.cellHeight + 3 };
    },
    draw(context) {
      const [view, ranges] = [state.view.peek(), layerRanges.peek()];
      if (grids && atlases && view && ranges) paint(context, latest.current, grids, atlases, inkOf(canvas));
    },
  });
  own.current = surface;
  const click = (event: MouseEvent): void => {
    const at = grids && unitAt(grids.output, event.offsetX, event.offsetY);
    const { inspected } = latest.current;
    if (at) state.pinned.value = { layer: inspected.layer, channel: inspected.channel, y: at.y, x: at.x };
  };
  canvas.addEventListener("click", click);
  const stop = effect(() => {
    for (const signal of [state.view, state.theme, layerRanges]) void signal.value;
    surface.invalidate();
  });
  return () => {
    stop();
    surface.dispose();
    own.current = null;
    canvas.removeEventListener("click", click);
  };
}

/** The input with its padding above, the output below, at the same size of a unit where that fits. */
function place({ planned }: InspectorProps, width: number, ratio: number): { input: Grid; output: Grid } {
  const { input, output } = planned;
  const padding = planned.window?.padding ?? 0;
  const cell =
    Math.max(1, Math.floor(((width - 4) * ratio) / Math.max(input.width + 2 * padding, output.width))) / ratio;
  const at = Math.min(cell, 14);
  const grid = (shape: { height: number; width: number }): Grid =>
    makeGrid({ count: 1, unitsWide: shape.width, unitsHigh: shape.height }, at, 1);
  const from = { ...grid(input), x: 2 + padding * at, y: TITLE + padding * at };
  const to = { ...grid(output), x: 2, y: from.y + (input.height + padding) * at + GAP };
  return { input: from, output: to };
}

function paint(
  c: CanvasRenderingContext2D,
  { network, planned, inspected, channel }: InspectorProps,
  { input, output }: { input: Grid; output: Grid },
  atlases: { input: Atlas; output: Atlas },
  ink: Ink,
): void {
  const [view, ranges] = [state.view.peek(), layerRanges.peek()];
  if (!view || !ranges) return;
  const before = inspected.layer - 1;
  const from = planned.stays_in_map ? inspected.channel : channel;
  const show = (atlas: Atlas, grid: Grid, layer: number, map: number): void => {
    const values = layer < 0 ? view.input : view.activations[layer];
    const size = grid.unitsHigh * grid.unitsWide;
    if (values === undefined || values.length < (map + 1) * size) return;
    const { channels, height, width } = shapeOf(network, layer);
    if (channels * height * width !== values.length) return;
    atlas.colour(
      values.subarray(map * size, (map + 1) * size),
      scale(scaleKind(network, layer), ink.theme),
      ranges(layer),
    );
    atlas.draw(c, grid);
  };
  const { layer, window: sees } = planned;
  const padding = sees?.padding ?? 0;
  write(c, `${layerName(network, before)}${planned.input.channels > 1 ? `, map ${from + 1}` : ""}`, 2, 12, ink, {
    size: 12,
    quiet: true,
  });
  const name = `${layerName(network, inspected.layer)}${planned.output.height > 1 ? `, map ${inspected.channel + 1}` : ""}`;
  write(c, name, 2, output.y - 6, ink, { size: 12, quiet: true });
  if (padding > 0) {
    const all = { top: -padding, left: -padding, bottom: input.unitsHigh + padding, right: input.unitsWide + padding };
    const rect = windowRect(input, 0, all);
    c.strokeStyle = ink.quiet;
    c.setLineDash([3, 3]);
    c.lineWidth = 1;
    c.strokeRect(rect.x, rect.y, rect.width, rect.height);
    c.setLineDash([]);
    write(c, layer.type === "frame" ? `paper ${padding}` : `zero padding ${padding}`, rect.x + rect.width, 12, ink, {
      size: 12,
      quiet: true,
      align: "right",
    });
  }
  show(atlases.input, input, before, from);
  show(atlases.output, output, inspected.layer, inspected.channel);
  c.strokeStyle = ink.line;
  for (const grid of [input, output]) {
    const { x, y, width, height } = planeRect(grid, 0);
    c.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  }
  if (sees === null) return;
  const [top, left] = [inspected.corner[1], inspected.corner[2]];
  const { width: wide, height: high } = inspected.window;
  const next = { top, left: left + sees.stride, bottom: top + high, right: left + sees.stride + wide };
  if (inspected.x + 1 < planned.output.width) {
    const rect = windowRect(input, 0, next);
    c.setLineDash([4, 3]);
    c.strokeStyle = ink.point;
    c.lineWidth = 1;
    c.strokeRect(rect.x, rect.y, rect.width, rect.height);
    c.setLineDash([]);
  }
  mark(c, windowRect(input, 0, { top, left, bottom: top + high, right: left + wide }), 2, ink);
  mark(
    c,
    windowRect(output, 0, { top: inspected.y, left: inspected.x, bottom: inspected.y + 1, right: inspected.x + 1 }),
    2,
    ink,
  );
}
