// Paints over the blocks: names and sizes, the receptive field of a unit and what it feeds, and the digits of the output.
import { scale } from "../draw/colour/colour";
import type { Range } from "../draw/colour/range";
import { scaleKind } from "../draw/colour/ranges";
import { type Ink, setFont } from "../draw/ink";
import { isOutput, layerName, sizeName } from "../draw/names";
import { paintLegend, write } from "../draw/paint/labels";
import type { Description, View } from "../engine/pkg/lenet";
import { projecting } from "../model/screen";
import { percent } from "../model/words";
import type { Unit } from "../state";
import { type Block, planeQuad, pointOf, type Quad, unitQuad } from "./blocks";
import type { Projected } from "./camera";
import { type Cone, type Field, fedBy, seenBy } from "./cones";
import type { Vector } from "./vector";

type Context = CanvasRenderingContext2D;
type Project = (point: Vector) => Projected;

export interface Overlay {
  network: Description;
  blocks: Block[];
  view: View | null;
  /** The range of each layer's numbers; null while there are none. */
  ranges: ((layer: number) => Range) | null;
  focus: Unit | null;
  pinned: Unit | null;
  /** On a narrow picture the sizes would overlap. */
  narrow: boolean;
  ink: Ink;
}

export function paintOverlay(c: Context, project: Project, overlay: Overlay): void {
  const { network, blocks, view, ranges, focus, pinned, narrow, ink } = overlay;
  if (focus) {
    // A unit soon feeds everything, so this is drawn more faintly than the receptive field.
    paintField(c, project, fedBy(network, blocks, focus), ink.accent, 0.035);
    paintField(c, project, seenBy(network, blocks, focus), ink.point, 0.1);
  }
  paintNames(c, project, overlay);
  if (ranges && !narrow) paintScales(c, project, overlay, ranges);
  if (view) paintDigits(c, project, overlay, view);
  for (const unit of new Set([pinned, focus])) {
    const block = unit && blocks.find(({ layer }) => layer === unit.layer);
    if (block && unit) strokeQuad(c, project, unitQuad(block, unit), ink.point, unit === pinned ? 3 : 2, ink.ground);
  }
}

/** Writes the layers' names, and their sizes where they do not run into the one before. */
function paintNames(c: Context, project: Project, { network, blocks, narrow, ink }: Overlay): void {
  const hand = { align: "center", halo: true } as const;
  let last = { right: 0, y: 0 };
  let lastName = { right: 0, y: 0 };
  for (const block of blocks) {
    // The last plane is the highest.
    const seen = planeQuad(block, block.planes - 1).map(project);
    const x = seen.reduce((sum, point) => sum + point.x, 0) / seen.length;
    const name = { ...hand, size: narrow ? 12 : 15, weight: 650 };
    setFont(c, ink, name);
    const wide = c.measureText(layerName(network, block.layer)).width / 2;
    let top = Math.min(...seen.map(({ y }) => y));
    // A thin block's name goes over the one before, if there is room.
    if (x - wide < lastName.right + 3 && Math.abs(top - lastName.y) < 2 * LINE) {
      top = Math.max(narrow ? 19 : 37, lastName.y - 3 * LINE);
    }
    lastName = { right: x + wide, y: top };
    write(c, layerName(network, block.layer), x, top - (narrow ? 7 : 24), ink, name);
    if (narrow) continue;
    const [text, y] = [sizeName(network, block.layer), top - 8];
    setFont(c, ink, { size: 12 });
    const half = c.measureText(text).width / 2;
    if (x - half < last.right + 3 && Math.abs(y - last.y) < LINE) continue;
    last = { right: x + half, y };
    write(c, text, x, y, ink, { ...hand, size: 12, quiet: true });
  }
}

/**
 * The sides of a colour scale in pixels with its numbers, its distance from the block above it, and how far it stands out on
 * the left: on the right is the next block.
 */
const SCALE = { width: 56, height: 7, numbers: 24, below: 9, left: 8 };

/** Paints what the colours of the blocks mean, with numbers, each under its block's first plane if there is room. */
function paintScales(
  c: Context,
  project: Project,
  { network, blocks, ink }: Overlay,
  ranges: (layer: number) => Range,
) {
  const painted: { x: number; y: number }[] = [];
  // Everybody knows the input's grey, so its scale is the first that may be missing.
  for (const block of [...blocks.slice(1), ...blocks.slice(0, 1)]) {
    const corners = planeQuad(block, 0).map(project);
    const x = Math.min(...corners.map((corner) => corner.x)) - SCALE.left;
    const y = Math.max(...corners.map((corner) => corner.y)) + SCALE.below;
    if (painted.some((other) => Math.abs(x - other.x) < SCALE.width + 4 && Math.abs(y - other.y) < SCALE.numbers)) {
      continue;
    }
    painted.push({ x, y });
    const colours = scale(scaleKind(network, block.layer), ink.theme);
    paintLegend(c, "right", { x, y, ...SCALE }, ranges(block.layer), colours, ink);
  }
}

/** The least distance between two lines of digits. */
const LINE = 12;

/** Writes each digit and its probability beside the output's cells; only the predicted one where they would overlap. */
function paintDigits(c: Context, project: Project, { network, blocks, narrow, ink }: Overlay, view: View): void {
  const block = blocks.at(-1);
  if (!block || !isOutput(network, block.layer) || block.count !== view.probabilities.length) return;
  const best = view.probabilities.indexOf(Math.max(...view.probabilities));
  const [top, bottom] = [project(pointOf(block, 0, 0, 0)), project(pointOf(block, 0, 1, 0))];
  const line = Math.abs(bottom.y - top.y);
  const size = Math.max(12, Math.min(14, line * 0.75));
  for (const [digit, probability] of view.probabilities.entries()) {
    if (line < LINE && digit !== best) continue;
    const { x, y } = project(pointOf(block, 0, digit + 0.5, 1));
    const brief = narrow || projecting.peek() || probability < 0.005;
    const text = brief ? String(digit) : `${digit}  ${percent(probability, 0)}`;
    write(c, text, x + 7, y + size * 0.36, ink, {
      size,
      weight: digit === best ? 700 : 400,
      quiet: digit !== best,
      halo: true,
    });
  }
}

function paintField(c: Context, project: Project, { cones, frames }: Field, colour: string, strength: number): void {
  for (const cone of cones) paintCone(c, project, cone, colour, strength);
  for (const frame of frames) strokeQuad(c, project, frame, colour, 1.25);
}

/** Paints the four transparent sides of a cone and its edges. */
function paintCone(c: Context, project: Project, { from, to }: Cone, colour: string, strength: number): void {
  const [a, b] = [from.map(project), to.map(project)] as [Projected[], Projected[]];
  c.fillStyle = colour;
  c.strokeStyle = colour;
  for (let i = 0; i < 4; i++) {
    const corners = [a[i], a[(i + 1) % 4], b[(i + 1) % 4], b[i]] as Projected[];
    trace(c, corners);
    c.globalAlpha = strength;
    c.fill();
    c.beginPath();
    c.moveTo((a[i] as Projected).x, (a[i] as Projected).y);
    c.lineTo((b[i] as Projected).x, (b[i] as Projected).y);
    c.globalAlpha = 7 * strength;
    c.lineWidth = 1;
    c.stroke();
  }
  c.globalAlpha = 1;
}

function strokeQuad(c: Context, project: Project, quad: Quad, colour: string, line: number, seam?: string): void {
  trace(c, quad.map(project));
  c.lineJoin = "round";
  if (seam !== undefined) {
    c.strokeStyle = seam;
    c.lineWidth = line + 2;
    c.stroke();
  }
  c.strokeStyle = colour;
  c.lineWidth = line;
  c.stroke();
}

function trace(c: Context, points: Projected[]): void {
  c.beginPath();
  for (const { x, y } of points) c.lineTo(x, y);
  c.closePath();
}
