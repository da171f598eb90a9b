// A list of layers as it is being edited, and what a network's layers cost. Pure.
import type { Description, Layer, PlannedLayer, Preprocessing } from "../engine/protocol";
import { isElementwise } from "./layer-window";

/** A number takes four bytes everywhere. */
export const BYTES = 4;

export interface Cost {
  /** Numbers that come out. */
  units: number;
  parameters: number;
  multiplyAdds: number;
}

export function costOf({ output, parameters, multiply_adds }: PlannedLayer): Cost {
  return { units: output.channels * output.height * output.width, parameters, multiplyAdds: multiply_adds };
}

/** Of all layers; the input's numbers have to be kept too. */
export function totalCost({ input, layers }: Description): Cost {
  const first: Cost = { units: input.channels * input.height * input.width, parameters: 0, multiplyAdds: 0 };
  return layers.map(costOf).reduce(
    (sum, cost) => ({
      units: sum.units + cost.units,
      parameters: sum.parameters + cost.parameters,
      multiplyAdds: sum.multiplyAdds + cost.multiplyAdds,
    }),
    first,
  );
}

/** How a layer's parameters are counted: "16 × (5·5·6 + 1)". */
export function parameterFormula({ layer, input, sees }: PlannedLayer): string {
  if (layer.type === "prelu") return String(input.channels);
  if (layer.type === "pool" || layer.type === "rbf" || isBeforeAll(layer) || isElementwise(layer)) return "0";
  if (layer.type === "subsample") return `${input.channels} × (1 + 1)`;
  const pairs = sees.reduce((sum, maps) => sum + maps.length, 0);
  if (layer.type === "conv" && pairs > 0) return `${pairs} × ${layer.size}·${layer.size} + ${layer.filters}`;
  if (layer.type === "conv") return `${layer.filters} × (${layer.size}·${layer.size}·${input.channels} + 1)`;
  return `${layer.units} × (${input.channels * input.height * input.width} + 1)`;
}

/** A new layer of a kind, as one would use it after those there are. */
export function freshLayer(type: Layer["type"]): Layer {
  if (type === "conv") return { type, filters: 8, size: 3, stride: 1, padding: 1, activation: "relu" };
  if (type === "pool") return { type, kind: "max", size: 2, stride: 2 };
  if (type === "dropout") return { type, rate: 0.5 };
  if (type === "subsample") return { type, size: 2, activation: "scaled_tanh" };
  if (type === "preprocess") return { type, kind: "center" };
  if (type === "frame") return { type, border: 2, paper: -0.1, ink: 1.175 };
  if (type === "prelu" || type === "rrelu" || type === "rbf") return { type };
  return { type, units: 64, activation: "relu" };
}

/** The list with one layer at another place. */
export function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const moved = list.filter((_, i) => i !== from);
  const item = list[from];
  if (item !== undefined) moved.splice(to, 0, item);
  return moved;
}

/** Whether it does something to the image before the network proper: it is not counted in the others' names. */
function isBeforeAll(layer: Layer): layer is Extract<Layer, { type: "preprocess" | "frame" }> {
  return layer.type === "preprocess" || layer.type === "frame";
}

/** What is done to every image. */
export function preprocessingOf({ layers: [first] }: Description): Preprocessing | "none" {
  return first?.layer.type === "preprocess" ? first.layer.kind : "none";
}

/**
 * Where a layer of a kind goes into a list: preprocessing and a frame to the image, an RBF output to the end, what makes
 * maps smaller to the last of them, all else before the output. A rectifier takes the place of the activation before it.
 */
export function withFresh(layers: readonly Layer[], type: Layer["type"]): Layer[] {
  const fresh = freshLayer(type);
  if (isBeforeAll(fresh)) {
    const others = layers.filter((layer) => layer.type !== type);
    const at = type === "frame" && others[0]?.type === "preprocess" ? 1 : 0;
    return [...others.slice(0, at), fresh, ...others.slice(at)];
  }
  if (type === "rbf") return [...layers.slice(0, -1), fresh];
  if (type === "pool" || type === "subsample") {
    const flat = layers.findIndex((layer) => layer.type === "dense" || layer.type === "rbf");
    if (flat >= 0) return [...layers.slice(0, flat), fresh, ...layers.slice(flat)];
  }
  const before = layers.slice(0, -1);
  const last = before.at(-1);
  if ((type === "prelu" || type === "rrelu") && last !== undefined && "activation" in last) {
    before[before.length - 1] = { ...last, activation: "none" };
  }
  return [...before, fresh, ...layers.slice(-1)];
}

/** Of which layer a refusal speaks: it begins with its name, and that with its place, not counting `isBeforeAll`. */
export function refusedLayer(message: string, layers: readonly Layer[]): number | null {
  if (message.startsWith("Output:")) return layers.length - 1;
  for (const type of ["preprocess", "frame"]) {
    const name = `${type[0]?.toUpperCase()}${type.slice(1)}:`;
    if (message.startsWith(name)) return layers.findLastIndex((layer) => layer.type === type);
  }
  const number = /^[CSFDAR](\d+):/.exec(message)?.[1];
  return number === undefined ? null : Number(number) - 1 + layers.filter(isBeforeAll).length;
}
