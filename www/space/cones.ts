// The receptive field of a unit in space: frames around what it sees on every layer before it, and cones between them;
// and forwards the same for what it feeds. Pure.
import { feeds, receptiveField, type Window } from "../draw/layout/receptive-field";
import type { Description } from "../engine/protocol";
import type { Unit } from "../state";
import { type Block, type Quad, unitQuad, windowQuad } from "./blocks";

export interface Cone {
  from: Quad;
  to: Quad;
}

export interface Field {
  cones: Cone[];
  /** In every map that the window is in. */
  frames: Quad[];
}

/** From the unit back to the pixels. */
export function seenBy(network: Description, blocks: Block[], unit: Unit): Field {
  // A filter looks at all maps: the cone comes from the last of them, which stands nearest.
  return follow(network, blocks, unit, receptiveField(network, unit), (block) => block.planes - 1);
}

/** From the unit on to the output. */
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
