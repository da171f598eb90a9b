// A list of layers as it is being edited, and what a network's layers cost. Pure.
import type { Description, Layer, LayerDeclaration, PlannedLayer, Preprocessing } from "../engine/pkg/lenet";

/** The bytes of a number, which are the same everywhere. */
export const BYTES = 4;

export interface Cost {
  /** The number of outputs. */
  units: number;
  parameters: number;
  multiplyAdds: number;
}

export function costOf({ output, parameters, multiply_adds }: PlannedLayer): Cost {
  return { units: output.channels * output.height * output.width, parameters, multiplyAdds: multiply_adds };
}

/** The cost of all layers and of the input, whose numbers have to be kept too. */
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
export function parameterFormula({ layer, learns, input, output, fan_in, sees }: PlannedLayer): string {
  if (!learns) return "0";
  if (layer.type === "prelu") return String(input.channels);
  if (layer.type === "subsample") return `${input.channels} × (1 + 1)`;
  if (layer.type !== "conv") return `${output.channels} × (${fan_in} + 1)`;
  const filter = `${layer.size}·${layer.size}`;
  const pairs = sees.reduce((sum, maps) => sum + maps.length, 0);
  return pairs > 0
    ? `${pairs} × ${filter} + ${output.channels}`
    : `${output.channels} × (${filter}·${input.channels} + 1)`;
}

/** The list with one layer at another place. */
export function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const moved = list.filter((_, i) => i !== from);
  const item = list[from];
  if (item !== undefined) moved.splice(to, 0, item);
  return moved;
}

/** The preprocessing of every image. */
export function preprocessingOf({ layers: [first] }: Description): Preprocessing | "none" {
  return first?.layer.type === "preprocess" ? first.layer.kind : "none";
}

/**
 * The list with a new layer of a kind, where it can stand: what prepares the image comes first, in the order of `kinds`
 * and once; an output takes the place of the output; pooling goes before the first layer without maps; everything else
 * goes before the output. A rectifier replaces the activation of the layer before it.
 */
export function withFresh(layers: readonly Layer[], type: Layer["type"], kinds: readonly LayerDeclaration[]): Layer[] {
  const order = kinds.map((kind) => kind.type);
  const kind = kinds[order.indexOf(type)];
  if (kind === undefined) return [...layers];
  const fresh = { type, ...Object.fromEntries(kind.fields.map((field) => [field.name, field.default])) } as Layer;
  const insert = (list: readonly Layer[], at: number) => [...list.slice(0, at), fresh, ...list.slice(at)];

  if (kind.place === "first") {
    const others = layers.filter((layer) => layer.type !== type);
    const isEarlier = (layer: Layer) =>
      kinds.some((each) => each.type === layer.type && each.place === "first") &&
      order.indexOf(layer.type) < order.indexOf(type);
    return insert(others, others.filter(isEarlier).length);
  }
  const output = Math.max(0, layers.length - 1);
  if (kind.place === "last") return [...layers.slice(0, output), fresh];
  if (type === "pool" || type === "subsample") {
    const flat = layers.findIndex((layer) => layer.type === "dense" || layer.type === "rbf");
    return insert(layers, flat >= 0 ? flat : output);
  }
  const before = layers[output - 1];
  if ((type === "prelu" || type === "rrelu") && before !== undefined && "activation" in before) {
    return insert(layers.with(output - 1, { ...before, activation: "none" }), output);
  }
  return insert(layers, output);
}
