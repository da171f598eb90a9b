// The receptive field of a unit in a layout: frames around what it sees, and wedges between them.
import type { Description } from "../../engine/pkg/lenet";
import type { Unit } from "../../state";
import { type Grid, gridRect, planeRect, type Rect, unitRect, windowRect } from "./grid";
import { feeds, receptiveField, type Window } from "./receptive-field";
import type { Layout } from "./volumes";

export interface Step {
  layer: number;
  /** The window in each of its maps, or one frame around the whole layer. */
  frames: Rect[];
  /** From the nearest of the frames to what is computed from it. */
  wedge: { from: Rect; to: Rect };
}

/** From the layer before the unit back to the input. */
export function fieldSteps(network: Description, layout: Layout, unit: Unit): Step[] {
  const gridOf = (layer: number): Grid | undefined => layout.volumes.find((volume) => volume.layer === layer)?.grid;
  const own = gridOf(unit.layer);
  if (!own) return [];
  let to = unitRect(own, unit);
  let map: number | null = unit.channel;
  const steps: Step[] = [];
  for (const window of receptiveField(network, unit)) {
    const grid = gridOf(window.layer);
    if (!grid || window.bottom <= window.top || window.right <= window.left) break;
    const inOwnMap = network.layers[window.layer + 1]?.stays_in_map ?? false;
    let [frames, from] = [[gridRect(grid)], gridRect(grid)];
    if (isWhole(grid, window)) map = null;
    else {
      // A pooling unit sees its own map. A filter sees all maps, and its wedge goes to the nearest.
      map = window.channel ?? (inOwnMap && map !== null ? map : nearest(grid, to, layout.flow));
      from = windowRect(grid, map, window);
      const channels = window.channel === null ? (window.maps ?? [...Array(grid.count).keys()]) : [window.channel];
      frames = channels.map((channel) => windowRect(grid, channel, window));
    }
    steps.push({ layer: window.layer, frames, wedge: { from, to } });
    to = from;
  }
  return steps;
}

/** Frames around everything that the unit feeds, in each map of each later layer. */
export function fedFrames(network: Description, layout: Layout, unit: Unit): Rect[] {
  return feeds(network, unit).flatMap((window) => {
    const grid = layout.volumes.find((volume) => volume.layer === window.layer)?.grid;
    if (!grid) return [];
    if (isWhole(grid, window)) return [gridRect(grid)];
    const channels = window.channel === null ? (window.maps ?? [...Array(grid.count).keys()]) : [window.channel];
    return channels.map((channel) => windowRect(grid, channel, window));
  });
}

/** Whether a window is all of every map, which one frame around the layer shows better than one around each map. */
function isWhole(grid: Grid, window: Window): boolean {
  const { top, left, bottom, right } = window;
  const all = window.channel === null || grid.count === 1;
  return all && top === 0 && left === 0 && bottom === grid.unitsHigh && right === grid.unitsWide;
}

/** The plane closest to a rectangle of the next volume. */
function nearest(grid: Grid, to: Rect, flow: Layout["flow"]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let channel = 0; channel < grid.count; channel++) {
    const plane = planeRect(grid, channel);
    const aside = plane.y + plane.height / 2 - (to.y + to.height / 2);
    const along = plane.x + plane.width / 2 - (to.x + to.width / 2);
    // A distance along the flow counts three times, so that the wedge does not run behind other maps.
    const distance = flow === "right" ? 3 * Math.abs(along) + Math.abs(aside) : Math.abs(along) + 3 * Math.abs(aside);
    if (distance < least) [best, least] = [channel, distance];
  }
  return best;
}
