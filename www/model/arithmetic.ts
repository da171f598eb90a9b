// The arithmetic of an inspected unit, from its numbers to what is shown of them. Pure.
import type { Activation, Inspected, Layer, PlannedLayer } from "../engine/protocol";

/** What a unit adds up: each input times its weight; of a pooling unit the inputs, of an RBF unit minus squared distances. */
export function products({ inputs, weights }: Inspected, layer: Layer): Float32Array {
  if (layer.type === "rbf") return inputs.map((input, i) => -((input - (weights[i] ?? 0)) ** 2));
  return weights.length === 0 ? inputs : inputs.map((input, i) => input * (weights[i] ?? 0));
}

/** One channel's part of numbers that lie as the window does. */
export function ofChannel(values: Float32Array, { window }: Inspected, channel: number): Float32Array {
  const area = window.height * window.width;
  return values.subarray(channel * area, (channel + 1) * area);
}

export function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** What each channel's products add up to: with the bias they make the sum. */
export function subtotals(inspected: Inspected, layer: Layer): number[] {
  const all = products(inspected, layer);
  return Array.from({ length: inspected.window.channels }, (_, channel) => total(ofChannel(all, inspected, channel)));
}

/** How many of the window's numbers the unit is connected to. */
export function connected(inspected: Inspected, { sees }: PlannedLayer): number {
  const { channels } = inspected.window;
  return (inspected.inputs.length / channels) * (sees[inspected.channel]?.length ?? channels);
}

/** The first of the largest: the switch of a max pool. */
export function winner(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** The derivative of an activation, from what goes in and what comes out. */
export function slope(activation: Activation, sum: number, output: number): number {
  switch (activation) {
    case "relu":
      return sum > 0 ? 1 : 0;
    case "leaky_relu":
      return sum > 0 ? 1 : 0.01;
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

/** What the unit hands back to each number in its window. */
export function handedToInputs(inspected: Inspected, layer: Layer): Float32Array {
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

/** What this place adds to the gradient of each weight. */
export function handedToWeights({ inputs, d_pre_activation }: Inspected): Float32Array {
  return inputs.map((input) => input * d_pre_activation);
}

export interface Contribution {
  /** Place within the window. */
  index: number;
  /** In the layer's input. */
  channel: number;
  y: number;
  x: number;
  input: number;
  weight: number;
  product: number;
}

/** The largest products, whatever their sign, and what all others add up to. */
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
