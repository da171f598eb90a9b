// The lines between the volumes: hair-lines from maps to maps, a fan for dense layers, and the wedges and frames of a
// receptive field.
import type { Unit } from "../../state";
import type { Ink } from "../ink";
import type { Step } from "../layout/field";
import { type Grid, gridRect, planeRect, type Rect } from "../layout/grid";
import type { Layout } from "../layout/volumes";

type Context = CanvasRenderingContext2D;

/** A variant of the page's `--point` with a contrast of at least 3:1 on cividis and on white. */
const MARK = "#f0388a";

/** Draws faintly how every layer is connected to the layer before it. */
export function paintLinks(context: Context, layout: Layout, ink: Ink): void {
  for (const [i, { kind, grid }] of layout.volumes.entries()) {
    const before = layout.volumes[i - 1]?.grid;
    if (!before) continue;
    if (kind === "conv" || kind === "pool") hairs(context, before, grid, kind === "pool", layout.flow, ink);
    else wedge(context, { from: gridRect(before), to: gridRect(grid) }, layout.flow, ink.quiet, [0.07, 0.35]);
  }
}

/** The unit whose receptive field is drawn faintly while the reader points at none, as an example of pointing. */
export function sampleUnit({ volumes, flow }: Layout): Unit | null {
  const last = volumes.findLast(({ kind, grid }) => (kind === "conv" || kind === "pool") && grid.unitsHigh > 1);
  if (!last) return null;
  const { layer, grid } = last;
  const channel =
    flow === "right" ? Math.floor((grid.rows - 1) / 2) * grid.columns : Math.floor((grid.columns - 1) / 2);
  return { layer, channel, y: Math.floor(grid.unitsHigh * 0.4), x: Math.floor(grid.unitsWide * 0.4) };
}

/** Draws the example: a frame around the unit, and one per layer of its receptive field. */
export function paintSample(context: Context, steps: Step[], unit: Rect): void {
  for (const rect of [unit, ...steps.map(({ wedge }) => wedge.from)]) {
    frame(context, rect, "black", "white", 1, 0.75);
  }
}

/** Draws the wedges of a receptive field, which go behind the maps. */
export function paintWedges(context: Context, steps: Step[], layout: Layout, colour: string, strength: Strength): void {
  for (const step of steps) wedge(context, step.wedge, layout.flow, colour, strength);
}

export function paintFrames(context: Context, steps: Step[], ink: Ink): void {
  for (const { frames } of steps) for (const each of frames) mark(context, each, 1.5, ink);
}

/** Draws a dashed frame, in the colour of the prediction, around units that another unit feeds. */
export function paintFed(context: Context, { x, y, width, height }: Rect, ink: Ink): void {
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.5;
  context.setLineDash([3, 2]);
  context.strokeRect(x - 0.75, y - 0.75, width + 1.5, height + 1.5);
  context.setLineDash([]);
}

/** Draws the frame of a unit; that of a pinned unit is heavier. */
export function paintUnit(context: Context, unit: Rect, pinned: boolean, ink: Ink): void {
  const least = 7; // a frame around a unit of two pixels must still be visible
  const grow = Math.max(0, (least - Math.min(unit.width, unit.height)) / 2);
  const rect = { x: unit.x - grow, y: unit.y - grow, width: unit.width + 2 * grow, height: unit.height + 2 * grow };
  mark(context, rect, pinned ? 3 : 2, ink);
}

/** Draws a frame in the colour of pointing. */
export function mark(context: Context, rect: Rect, line: number, ink: Ink): void {
  frame(context, rect, ink.ground, MARK, line);
}

/** Draws a line outside of a rectangle, with a seam of the background's colour so that it stands out on any colour. */
function frame(c: Context, { x, y, width, height }: Rect, seam: string, colour: string, line: number, alpha = 1): void {
  c.strokeStyle = seam;
  c.lineWidth = line + 2;
  c.globalAlpha = 0.6 * alpha;
  c.strokeRect(x - line / 2, y - line / 2, width + line, height + line);
  c.globalAlpha = alpha;
  c.strokeStyle = colour;
  c.lineWidth = line;
  c.strokeRect(x - line / 2, y - line / 2, width + line, height + line);
  c.globalAlpha = 1;
}

/** The opacity of a wedge's body and of its edges. */
type Strength = [body: number, edges: number];

function wedge(
  c: Context,
  { from: a, to: b }: Step["wedge"],
  flow: Layout["flow"],
  colour: string,
  strength: Strength,
): void {
  const path = new Path2D();
  const edges = new Path2D();
  const [p, q, r, s] =
    flow === "right"
      ? ([
          [a.x + a.width, a.y],
          [b.x, b.y],
          [b.x, b.y + b.height],
          [a.x + a.width, a.y + a.height],
        ] as const)
      : ([
          [a.x, a.y + a.height],
          [b.x, b.y],
          [b.x + b.width, b.y],
          [a.x + a.width, a.y + a.height],
        ] as const);
  path.moveTo(...p);
  for (const point of [q, r, s]) path.lineTo(...point);
  path.closePath();
  edges.moveTo(...p);
  edges.lineTo(...q);
  edges.moveTo(...s);
  edges.lineTo(...r);
  c.fillStyle = colour;
  c.globalAlpha = strength[0];
  c.fill(path);
  c.strokeStyle = colour;
  c.globalAlpha = strength[1];
  c.lineWidth = 1;
  c.stroke(edges);
  c.globalAlpha = 1;
}

/** Draws hair-lines between rows of maps: from all to all for filters, from each to its own for pooling. */
function hairs(context: Context, from: Grid, to: Grid, oneToOne: boolean, flow: Layout["flow"], ink: Ink): void {
  const sameRows = from.rows === to.rows && from.columns === to.columns;
  if (flow === "down" || (oneToOne && !sameRows)) return;
  const middle = (grid: Grid, row: number): number => {
    const plane = planeRect(grid, row * grid.columns);
    return plane.y + plane.height / 2;
  };
  const [x0, x1] = [gridRect(from).x + gridRect(from).width, to.x];
  const bend = (x1 - x0) * 0.45;
  context.beginPath();
  for (let i = 0; i < from.rows; i++) {
    for (let j = 0; j < to.rows; j++) {
      if (oneToOne && i !== j) continue;
      const [y0, y1] = [middle(from, i), middle(to, j)];
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    }
  }
  context.strokeStyle = ink.quiet;
  context.globalAlpha = 0.4;
  context.lineWidth = 0.75;
  context.stroke();
  context.globalAlpha = 1;
}
