// What a unit can see: for each layer before it, the window of units that its value depends on; and what it feeds: the
// same for the layers after it. Windows are clipped at the borders, because the zeros of a padding are nobody's output.
// Pure arithmetic on the description of the network.
import type { Description, PlannedLayer, Shape, UnitPlace as Unit } from "../../engine/protocol";

/** Units from (top, left) up to, not including, (bottom, right); `channel` null means every map of that layer. */
export interface Window {
  /** −1 is the input. */
  layer: number;
  channel: number | null;
  /** Where it is not every map but these. */
  maps?: readonly number[];
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** The shape of a layer's output; −1 is the input. */
export function shapeOf(network: Description, layer: number): Shape {
  return network.layers[layer]?.output ?? network.input;
}

/** The window of a layer's input that a window of its output is computed from. */
export function windowBefore(planned: PlannedLayer, window: Window): Window {
  const { input, stays_in_map } = planned;
  const before = window.layer - 1;
  if (planned.window === null) {
    return { layer: before, channel: null, top: 0, left: 0, bottom: input.height, right: input.width };
  }
  const { size, stride, padding } = planned.window;
  const first = (at: number): number => Math.max(0, at * stride - padding);
  const end = (at: number, limit: number): number => Math.min(limit, (at - 1) * stride - padding + size);
  return {
    layer: before,
    channel: stays_in_map ? window.channel : null,
    ...mapsSeen(planned, window),
    top: first(window.top),
    left: first(window.left),
    bottom: end(window.bottom, input.height),
    right: end(window.right, input.width),
  };
}

/** The maps that the window's maps are computed from, where a table says which; those that feed them, likewise. */
function mapsSeen({ stays_in_map, sees, input }: PlannedLayer, window: Window): Pick<Window, "maps"> {
  const own = window.channel === null ? window.maps : [window.channel];
  if (own === undefined || sees.length === 0) return stays_in_map ? some(window.maps, input.channels) : {};
  return some(
    own.flatMap((map) => sees[map] ?? []),
    input.channels,
  );
}

function mapsFed({ stays_in_map, sees, output }: PlannedLayer, window: Window): Pick<Window, "maps"> {
  const own = window.channel === null ? window.maps : [window.channel];
  if (own === undefined || sees.length === 0) return stays_in_map ? some(window.maps, output.channels) : {};
  return some(
    [...sees.keys()].filter((filter) => own.some((map) => sees[filter]?.includes(map))),
    output.channels,
  );
}

/** Maps worth naming: if they are not all. */
function some(maps: readonly number[] | undefined, all: number): Pick<Window, "maps"> {
  const different = [...new Set(maps)].sort((a, b) => a - b);
  return maps === undefined || different.length === all ? {} : { maps: different };
}

/** The windows of a unit, from the layer just before it back to the input (which comes last). */
export function receptiveField(network: Description, unit: Unit): Window[] {
  const field: Window[] = [];
  let window = windowOf(unit);
  while (window.layer >= 0) {
    const planned = network.layers[window.layer];
    if (!planned) break;
    window = windowBefore(planned, window);
    // The paper of a frame sees nothing.
    if (window.bottom <= window.top || window.right <= window.left) break;
    field.push(window);
  }
  return field;
}

/** The window of a layer's output that is computed from a window of its input; empty where a stride leaps over it. */
export function windowAfter(planned: PlannedLayer, window: Window): Window {
  const { output, stays_in_map } = planned;
  const after = window.layer + 1;
  if (planned.window === null) {
    return { layer: after, channel: null, top: 0, left: 0, bottom: output.height, right: output.width };
  }
  const { size, stride, padding } = planned.window;
  const first = (at: number): number => Math.max(0, Math.ceil((at + padding - size + 1) / stride));
  const end = (at: number, limit: number): number => Math.min(limit, Math.floor((at - 1 + padding) / stride) + 1);
  return {
    layer: after,
    channel: stays_in_map ? window.channel : null,
    ...mapsFed(planned, window),
    top: first(window.top),
    left: first(window.left),
    bottom: end(window.bottom, output.height),
    right: end(window.right, output.width),
  };
}

/** The windows that a unit feeds, from the layer just after it to the output. */
export function feeds(network: Description, unit: Unit): Window[] {
  const fed: Window[] = [];
  let window = windowOf(unit);
  for (const planned of network.layers.slice(unit.layer + 1)) {
    window = windowAfter(planned, window);
    if (window.bottom <= window.top || window.right <= window.left) break;
    fed.push(window);
  }
  return fed;
}

function windowOf({ layer, channel, y, x }: Unit): Window {
  return { layer, channel, top: y, left: x, bottom: y + 1, right: x + 1 };
}
