// The receptive field of a unit: for each layer before it, the window of units that its value depends on. And what the
// unit feeds: for each layer after it, the window of units that depend on it. Windows are clipped at the borders, because
// the zeros of a padding are not units. Pure arithmetic on the description of the network.
import type { Description, PlannedLayer, Shape, UnitPlace as Unit } from "../../engine/pkg/lenet";

/** The units from (top, left) to (bottom, right), exclusive. `channel` null means several maps of the layer. */
export interface Window {
  /** The index of the layer; −1 is the input. */
  layer: number;
  channel: number | null;
  /** The maps, if `channel` is null and not every map is meant. */
  maps?: readonly number[];
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** The shape of a layer's output; layer −1 is the input. */
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

/** The input maps that the window's maps are computed from. */
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

/** A list of maps for a window, left out if it is all of them. */
function some(maps: readonly number[] | undefined, all: number): Pick<Window, "maps"> {
  const different = [...new Set(maps)].sort((a, b) => a - b);
  return maps === undefined || different.length === all ? {} : { maps: different };
}

/** The windows of a unit's receptive field, from the layer just before it back to the input. */
export function receptiveField(network: Description, unit: Unit): Window[] {
  const field: Window[] = [];
  let window = windowOf(unit);
  while (window.layer >= 0) {
    const planned = network.layers[window.layer];
    if (!planned) break;
    window = windowBefore(planned, window);
    // A unit in the paper of a frame depends on nothing.
    if (window.bottom <= window.top || window.right <= window.left) break;
    field.push(window);
  }
  return field;
}

/** The window of a layer's output that depends on a window of its input; empty if a stride skips that window. */
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

/** The windows of the units that depend on a unit, from the layer just after it to the output. */
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
