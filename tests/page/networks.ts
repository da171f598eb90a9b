// Descriptions of networks as the engine would give them, for the tests of what is drawn from them.
import type { Activation, Description, Layer, Shape } from "../../www/engine/protocol";

export function conv(filters: number, size = 5, padding = 0, stride = 1, activation: Activation = "relu"): Layer {
  return { type: "conv", filters, size, stride, padding, activation };
}

export function pool(size = 2, stride = size): Layer {
  return { type: "pool", kind: "max", size, stride };
}

export function dense(units: number, activation: Activation = "relu"): Layer {
  return { type: "dense", units, activation };
}

export function describe(layers: Layer[], input: Shape = { channels: 1, height: 28, width: 28 }): Description {
  let shape = input;
  const planned = layers.map((layer, i) => {
    const from = shape;
    shape = outputOf(layer, from);
    const name = i === layers.length - 1 ? "Output" : `${{ conv: "C", pool: "S", dense: "F" }[layer.type]}${i + 1}`;
    return { name, layer, input: from, output: shape, parameters: 0, multiply_adds: 0 };
  });
  return { preset: "custom", input, layers: planned, parameters: 0 };
}

function outputOf(layer: Layer, input: Shape): Shape {
  if (layer.type === "dense") return { channels: layer.units, height: 1, width: 1 };
  const padding = layer.type === "conv" ? layer.padding : 0;
  const along = (length: number): number => Math.floor((length - layer.size + 2 * padding) / layer.stride) + 1;
  const channels = layer.type === "conv" ? layer.filters : input.channels;
  return { channels, height: along(input.height), width: along(input.width) };
}

const output = dense(10, "none");

export const NETWORKS: Record<string, Description> = {
  "LeNet-5": describe([conv(6, 5, 2), pool(), conv(16), pool(), dense(120), dense(84), output]),
  "one conv layer": describe([conv(20), pool(), dense(100), output]),
  "two conv layers": describe([conv(20), pool(), conv(40), pool(), dense(100), output]),
  "conv after conv": describe([
    ...[conv(8, 3, 1), conv(8, 3, 1), pool(), conv(16, 3, 1), conv(16, 3, 1), pool(), conv(32, 3)],
    ...[dense(64), output],
  ]),
  "dense only": describe([dense(30, "sigmoid"), output]),
  "a thousand units": describe([dense(1000), dense(1000), output]),
  "one filter": describe([conv(1), output]),
  "pool first": describe([pool(), conv(4), output]),
};
