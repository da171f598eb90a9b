// The arithmetic of an inspected unit, recomputed from the numbers that the engine sends. Pure.
import type { Activation, Inspected, Layer, PlannedLayer } from "../engine/pkg/lenet";

/** The terms of a unit's sum: each input times its weight; a pooling unit's inputs; an RBF unit's squared distances, negated. */
export function products({ inputs, weights }: Inspected, layer: Layer): Float32Array {
  if (layer.type === "rbf") return inputs.map((input, i) => -((input - (weights[i] ?? 0)) ** 2));
  return weights.length === 0 ? inputs : inputs.map((input, i) => input * (weights[i] ?? 0));
}

/** The part of `values` that belongs to one channel; `values` has the shape of the window. */
export function ofChannel(values: Float32Array, { window }: Inspected, channel: number): Float32Array {
  const area = window.height * window.width;
  return values.subarray(channel * area, (channel + 1) * area);
}

/** Whether a number of the window, by its index within a channel, lies in the padding. */
export function isOutside({ window, corner }: Inspected, { input }: PlannedLayer, index: number): boolean {
  const [y, x] = [corner[1] + Math.floor(index / window.width), corner[2] + (index % window.width)];
  return y < 0 || x < 0 || y >= input.height || x >= input.width;
}

export function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The sum of each channel's products. All of them and the bias add up to the pre-activation. */
export function subtotals(inspected: Inspected, layer: Layer): number[] {
  const all = products(inspected, layer);
  return Array.from({ length: inspected.window.channels }, (_, channel) => total(ofChannel(all, inspected, channel)));
}

/** The number of the window's numbers that the unit is connected to. */
export function connected(inspected: Inspected, { sees }: PlannedLayer): number {
  const { channels } = inspected.window;
  return (inspected.inputs.length / channels) * (sees[inspected.channel]?.length ?? channels);
}

/** The index of the largest value; of several, the first, as max pooling takes it. */
export function winner(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** The derivative of an activation function at a pre-activation, of which `output` is the activation. */
export function slope(activation: Activation, preActivation: number, output: number): number {
  switch (activation) {
    case "relu":
      return preActivation > 0 ? 1 : 0;
    case "leaky_relu":
      return preActivation > 0 ? 1 : 0.01;
    case "tanh":
      return 1 - output * output;
    case "scaled_tanh":
      return ((2 / 3) * (1.7159 * 1.7159 - output * output)) / 1.7159;
    case "sigmoid":
      return output * (1 - output);
    case "none":
      return 1;
  }
}

/** The part that this unit adds to the gradient of each number in its window. */
export function gradientsOfInputs(inspected: Inspected, layer: Layer): Float32Array {
  const { inputs, weights, d_pre_activation } = inspected;
  if (layer.type === "rbf") return inputs.map((input, i) => 2 * d_pre_activation * ((weights[i] ?? 0) - input));
  if (layer.type !== "pool") return weights.map((weight) => weight * d_pre_activation);
  if (layer.kind === "l2")
    return inputs.map((input) =>
      inspected.pre_activation === 0 ? 0 : (d_pre_activation * input) / inspected.pre_activation,
    );
  if (layer.kind === "average") return inputs.map(() => d_pre_activation / inputs.length);
  const best = winner(inputs);
  return inputs.map((_, i) => (i === best ? d_pre_activation : 0));
}

/** The part that this place adds to the gradient of each weight. */
export function gradientsOfWeights({ inputs, d_pre_activation }: Inspected): Float32Array {
  return inputs.map((input) => input * d_pre_activation);
}

export interface Contribution {
  /** The index within the window. */
  index: number;
  /** The place in the layer's input. */
  channel: number;
  y: number;
  x: number;
  input: number;
  weight: number;
  product: number;
}

/** The `count` largest products by magnitude, and the sum of all the others. */
export function strongest(
  inspected: Inspected,
  layer: Layer,
  count: number,
): { first: Contribution[]; others: number } {
  const { window, corner, inputs, weights } = inspected;
  const all = products(inspected, layer);
  const order = [...all.keys()].sort((a, b) => Math.abs(all[b] ?? 0) - Math.abs(all[a] ?? 0)).slice(0, count);
  const area = window.height * window.width;
  const first = order.map((index) => ({
    index,
    channel: corner[0] + Math.floor(index / area),
    y: corner[1] + Math.floor((index % area) / window.width),
    x: corner[2] + (index % window.width),
    input: inputs[index] ?? 0,
    weight: weights[index] ?? 0,
    product: all[index] ?? 0,
  }));
  return { first, others: total(all) - first.reduce((sum, { product }) => sum + product, 0) };
}
