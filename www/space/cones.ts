// The receptive field of a unit in space: frames around everything that it sees in each layer before it, and cones
// between the frames. The units that it feeds have frames and cones too. Pure.
import { feeds, receptiveField, type Window } from "../draw/layout/receptive-field";
import type { Description } from "../engine/pkg/lenet";
import type { Unit } from "../state";
import { type Block, type Quad, unitQuad, windowQuad } from "./blocks";

export interface Cone {
  from: Quad;
  to: Quad;
}

export interface Field {
  cones: Cone[];
  /** The frames of the window in each of its maps. */
  frames: Quad[];
}

/** The receptive field, from the unit back to the pixels. */
export function seenBy(network: Description, blocks: Block[], unit: Unit): Field {
  // A filter sees all maps, so the cone starts at the last map, which is the nearest.
  return follow(network, blocks, unit, receptiveField(network, unit), (block) => block.planes - 1);
}

/** Everything that the unit feeds, from the unit to the output. */
export function fedBy(network: Description, blocks: Block[], unit: Unit): Field {
  return follow(network, blocks, unit, feeds(network, unit), () => 0);
}

function follow(
  network: Description,
  blocks: Block[],
  unit: Unit,
  windows: Window[],
  nearest: (block: Block) => number,
): Field {
  const field: Field = { cones: [], frames: [] };
  const blockOf = (layer: number): Block | undefined => blocks.find((block) => block.layer === layer);
  const own = blockOf(unit.layer);
  if (!own) return field;
  let from = unitQuad(own, unit);
  let last = unit.layer;
  let map: number | null = own.cells ? null : unit.channel;
  for (const window of windows) {
    const block = blockOf(window.layer);
    if (!block) break;
    const inOwnMap = network.layers[Math.max(last, window.layer)]?.stays_in_map ?? false;
    const plane: number = block.cells ? 0 : (window.channel ?? (inOwnMap && map !== null ? map : nearest(block)));
    const to = windowQuad(block, plane, window);
    const planes = block.cells
      ? [0]
      : window.channel === null
        ? (window.maps ?? [...Array(block.planes).keys()])
        : [window.channel];
    field.cones.push({ from, to });
    field.frames.push(...planes.map((each) => windowQuad(block, each, window)));
    from = to;
    map = block.cells ? null : plane;
    last = window.layer;
  }
  return field;
}
