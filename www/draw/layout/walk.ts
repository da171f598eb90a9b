// The keys that move through a network: arrows go from unit to unit and over the edge of a map into the next map,
// brackets or page keys go from layer to layer.
import type { Unit } from "../../state";
import { type Grid, stepFrom } from "./grid";

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const LAYERS: Record<string, number> = { "[": -1, PageUp: -1, "]": 1, PageDown: 1 };

export interface Ground {
  layer: number;
  grid: Grid;
}

/** The unit that a key leads to; null if the key has no meaning here. With Shift, an arrow goes to the next map. */
export function walk(volumes: readonly Ground[], from: Unit | null, key: string, shift: boolean): Unit | null {
  const arrow = ARROWS[key];
  const layers = LAYERS[key];
  if (!arrow && layers === undefined) return null;
  const here = volumes.findIndex(({ layer }) => layer === from?.layer);
  const volume = volumes[here];
  if (!from || !volume) return middleOf(volumes[Math.min(1, volumes.length - 1)]);
  if (arrow) {
    const { unitsWide, unitsHigh } = volume.grid;
    const [right, down] = [arrow[0] * (shift ? unitsWide : 1), arrow[1] * (shift ? unitsHigh : 1)];
    return { layer: volume.layer, ...stepFrom(volume.grid, from, right, down) };
  }
  const next = volumes[here + (layers ?? 0)];
  return next ? across(volume.grid, next, from) : from;
}

/** The unit at the proportional place of the next layer. */
function across(grid: Grid, { layer, grid: to }: Ground, from: Unit): Unit {
  const scaled = (at: number, of: number, into: number): number =>
    Math.min(into - 1, Math.floor(((at + 0.5) / of) * into));
  return {
    layer,
    channel: scaled(from.channel, grid.count, to.count),
    y: scaled(from.y, grid.unitsHigh, to.unitsHigh),
    x: scaled(from.x, grid.unitsWide, to.unitsWide),
  };
}

function middleOf(volume: Ground | undefined): Unit | null {
  if (!volume) return null;
  const { unitsHigh, unitsWide } = volume.grid;
  return { layer: volume.layer, channel: 0, y: Math.floor(unitsHigh / 2), x: Math.floor(unitsWide / 2) };
}
