// What a unit can see: for each layer before it, the window of units that its value depends on; and what it feeds: the
// same for the layers after it. Windows are clipped at the borders, because the zeros of a padding are nobody's output.
// Pure arithmetic on the description of the network.
import type { Description, PlannedLayer, Shape, UnitPlace as Unit } from "../engine/protocol";

/** Units from (top, left) up to, not including, (bottom, right); `channel` null means every map of that layer. */
export interface Window {
  /** −1 is the input. */
  layer: number;
  channel: number | null;
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
  const { layer, input } = planned;
  const before = window.layer - 1;
  if (layer.type === "dense") {
    return { layer: before, channel: null, top: 0, left: 0, bottom: input.height, right: input.width };
  }
  const padding = layer.type === "conv" ? layer.padding : 0;
  const first = (at: number): number => Math.max(0, at * layer.stride - padding);
  const end = (at: number, limit: number): number => Math.min(limit, (at - 1) * layer.stride - padding + layer.size);
  return {
    layer: before,
    channel: layer.type === "conv" ? null : window.channel,
    top: first(window.top),
    left: first(window.left),
    bottom: end(window.bottom, input.height),
    right: end(window.right, input.width),
  };
}

/** The windows of a unit, from the layer just before it back to the input (which comes last). */
export function receptiveField(network: Description, unit: Unit): Window[] {
  const field: Window[] = [];
  let window = windowOf(unit);
  while (window.layer >= 0) {
    const planned = network.layers[window.layer];
    if (!planned) break;
    window = windowBefore(planned, window);
    field.push(window);
  }
  return field;
}

/** The window of a layer's output that is computed from a window of its input; empty where a stride leaps over it. */
export function windowAfter(planned: PlannedLayer, window: Window): Window {
  const { layer, output } = planned;
  const after = window.layer + 1;
  if (layer.type === "dense") return { layer: after, channel: null, top: 0, left: 0, bottom: 1, right: 1 };
  const padding = layer.type === "conv" ? layer.padding : 0;
  const first = (at: number): number => Math.max(0, Math.ceil((at + padding - layer.size + 1) / layer.stride));
  const end = (at: number, limit: number): number => Math.min(limit, Math.floor((at - 1 + padding) / layer.stride) + 1);
  return {
    layer: after,
    channel: layer.type === "conv" ? null : window.channel,
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
