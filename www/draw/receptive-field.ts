// What a unit can see: for each layer before it, the window of units that its value depends on. Windows are clipped at
// the borders, because the zeros of a padding are nobody's output. Pure arithmetic on the description of the network.
import type { Description, PlannedLayer, Shape } from "../engine/protocol";

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
export function receptiveField(
  network: Description,
  unit: { layer: number; channel: number; y: number; x: number },
): Window[] {
  const field: Window[] = [];
  let window: Window = {
    ...{ layer: unit.layer, channel: unit.channel },
    ...{ top: unit.y, left: unit.x, bottom: unit.y + 1, right: unit.x + 1 },
  };
  while (window.layer >= 0) {
    const planned = network.layers[window.layer];
    if (!planned) break;
    window = windowBefore(planned, window);
    field.push(window);
  }
  return field;
}
