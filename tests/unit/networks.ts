// Descriptions of networks as the engine would give them, for the tests of what is drawn from them.
import type { Activation, Description, Layer, Shape } from "../../www/engine/pkg/lenet";

export function conv(filters: number, size = 5, padding = 0, stride = 1, activation: Activation = "relu"): Layer {
  return { type: "conv", filters, size, stride, padding, activation, connections: "all" };
}

export function pool(size = 2, stride = size): Layer {
  return { type: "pool", kind: "max", size, stride };
}

export function dense(units: number, activation: Activation = "relu"): Layer {
  return { type: "dense", units, activation };
}

const LETTERS = { conv: "C", pool: "S", subsample: "S", dense: "F", dropout: "D", prelu: "A", rrelu: "A", rbf: "R" };
const BEFORE_ALL = { preprocess: "Preprocess", frame: "Frame" };

function nameOf(layer: Layer, place: number): string {
  if (layer.type === "preprocess" || layer.type === "frame") return BEFORE_ALL[layer.type];
  return `${LETTERS[layer.type]}${place}`;
}

/** Which of S2's maps each filter of C3 sees in LeCun and others 1998, table I. */
const TABLE = [
  ...[
    [0, 1, 2],
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
    [0, 4, 5],
    [0, 1, 5],
    [0, 1, 2, 3],
    [1, 2, 3, 4],
    [2, 3, 4, 5],
  ],
  ...[
    [0, 3, 4, 5],
    [0, 1, 4, 5],
    [0, 1, 2, 5],
    [0, 1, 3, 4],
    [1, 2, 4, 5],
    [0, 2, 3, 5],
    [0, 1, 2, 3, 4, 5],
  ],
];

export function describe(layers: Layer[], input: Shape = { channels: 1, height: 28, width: 28 }): Description {
  let shape = input;
  const planned = layers.map((layer, i) => {
    const from = shape;
    shape = outputOf(layer, from);
    const before = layers.slice(0, i).filter(({ type }) => type in BEFORE_ALL).length;
    const name = i === layers.length - 1 ? "Output" : nameOf(layer, i + 1 - before);
    const sees = layer.type === "conv" && layer.connections === "lecun1998" ? TABLE : [];
    return {
      name,
      label: layer.type,
      layer,
      input: from,
      output: shape,
      parameters: 0,
      sees,
      multiply_adds: 0,
      ...factsOf(layer, from),
    };
  });
  return { preset: "custom", input, classes: 10, layers: planned, parameters: 0 };
}

/** What follows from the layer and its input alone. */
function factsOf(layer: Layer, input: Shape) {
  const whole = input.channels * input.height * input.width;
  const seesAll = layer.type === "dense" || layer.type === "rbf";
  return {
    window: seesAll || (layer.type === "preprocess" && layer.kind === "whiten") ? null : windowOf(layer),
    stays_in_map: !seesAll && layer.type !== "conv",
    elementwise: layer.type === "dropout" || layer.type === "prelu" || layer.type === "rrelu",
    activation: "activation" in layer ? layer.activation : ("none" as const),
    learns: ["conv", "dense", "subsample", "prelu"].includes(layer.type),
    unseen: null,
    fan_in: layer.type === "conv" ? input.channels * layer.size ** 2 : layer.type === "dense" ? whole : 0,
  };
}

function outputOf(layer: Layer, input: Shape): Shape {
  if (layer.type === "dense") return { channels: layer.units, height: 1, width: 1 };
  if (layer.type === "preprocess") return input;
  if (layer.type === "rbf") return { channels: 10, height: 1, width: 1 };
  const { size, stride, padding } = windowOf(layer);
  const along = (length: number): number => Math.floor((length - size + 2 * padding) / stride) + 1;
  const channels = layer.type === "conv" ? layer.filters : input.channels;
  return { channels, height: along(input.height), width: along(input.width) };
}

/** The window of a layer that is not dense. */
export function windowOf(layer: Layer): { size: number; stride: number; padding: number } {
  if (layer.type === "conv") return layer;
  if (layer.type === "pool") return { ...layer, padding: 0 };
  if (layer.type === "subsample") return { size: layer.size, stride: layer.size, padding: 0 };
  return { size: 1, stride: 1, padding: layer.type === "frame" ? layer.border : 0 };
}

const output = dense(10, "none");
const subsample: Layer = { type: "subsample", size: 2, activation: "scaled_tanh" };

export const NETWORKS: Record<string, Description> = {
  "LeNet-5": describe([conv(6, 5, 2), pool(), conv(16), pool(), dense(120), dense(84), output]),
  "LeNet-5 of 1998": describe([
    { type: "frame", border: 2, paper: -0.1, ink: 1.175 },
    ...[conv(6), subsample, { ...conv(16), connections: "lecun1998" } as Layer, subsample],
    ...[dense(120), dense(84), { type: "rbf" } as Layer],
  ]),
  "one conv layer": describe([conv(20), pool(), dense(100), output]),
  "two conv layers": describe([conv(20), pool(), conv(40), pool(), dense(100), output]),
  "conv after conv": describe([
    ...[conv(8, 3, 1), conv(8, 3, 1), pool(), conv(16, 3, 1), conv(16, 3, 1), pool(), conv(32, 3)],
    ...[dense(64), output],
  ]),
  "number by number": describe([
    ...([
      conv(6),
      { type: "prelu" },
      pool(),
      { type: "dropout", rate: 0.25 },
      dense(60),
      { type: "rrelu" },
      output,
    ] as Layer[]),
  ]),
  preprocessed: describe([{ type: "preprocess", kind: "whiten" }, conv(4), output]),
  "dense only": describe([dense(30, "sigmoid"), output]),
  "a thousand units": describe([dense(1000), dense(1000), output]),
  "one filter": describe([conv(1), output]),
  "pool first": describe([pool(), conv(4), output]),
};
