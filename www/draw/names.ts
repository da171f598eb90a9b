// The page's names for layers, units and their values.
import type { Activation, Description, PoolKind, Preprocessing, View } from "../engine/pkg/lenet";
import { percent } from "../model/words";
import type { Unit } from "../state";
import { shapeOf } from "./layout/receptive-field";

/** The name of a layer: "C1", "S2", …; layer −1 is the input. */
export function layerName(network: Description, layer: number): string {
  return network.layers[layer]?.name ?? "Input";
}

/** The size of a layer's output: "6@28×28", "120". */
export function sizeName(network: Description, layer: number): string {
  const { channels, height, width } = shapeOf(network, layer);
  if (height === 1 && width === 1) return String(channels);
  return layer < 0 && channels === 1 ? `${height}×${width}` : `${channels}@${height}×${width}`;
}

const PREPROCESSED: Record<Preprocessing, string> = {
  center: "minus the mean",
  standardize: "standardised",
  whiten: "whitened",
};
const POOLS: Record<PoolKind, string> = { max: "max", average: "mean", l2: "L2" };

/** How a layer is computed, in two or three words. */
export function kindName(network: Description, layer: number): string {
  const planned = network.layers[layer];
  if (planned === undefined) return "pixels";
  const { label, layer: made } = planned;
  switch (made.type) {
    case "conv":
      return `${made.size}×${made.size} filters${made.stride === 1 ? "" : `, stride ${made.stride}`}`;
    case "pool": {
      const stride = made.stride === made.size ? "" : `, stride ${made.stride}`;
      return `${POOLS[made.kind]} pool ${made.size}×${made.size}${stride}`;
    }
    case "subsample":
      return `subsampling ${made.size}×${made.size}`;
    case "dense":
      return isOutput(network, layer) ? "softmax" : "dense";
    case "rbf":
      return "logits: minus the squared distance to each picture";
    case "preprocess":
      return PREPROCESSED[made.kind];
    case "frame":
      return "in paper";
    case "dropout":
      return `dropout ${made.rate}`;
    default:
      return label.charAt(0).toLowerCase() + label.slice(1);
  }
}

export function isOutput(network: Description, layer: number): boolean {
  return layer === network.layers.length - 1;
}

/** The function whose values a layer shows; pooling and dropout show those of the layer before. */
export function activationOf(network: Description, layer: number): Activation | "pixels" {
  const planned = network.layers[layer];
  if (planned === undefined) return "pixels";
  const { type } = planned.layer;
  return type === "pool" || type === "dropout" ? activationOf(network, layer - 1) : planned.activation;
}

/** Whether a layer's values have a sign, and so need the scale that diverges from zero. */
export function isSigned(network: Description, layer: number): boolean {
  const activation = activationOf(network, layer);
  return activation === "tanh" || activation === "scaled_tanh" || activation === "leaky_relu" || activation === "none";
}

/** "C3 · map 5 · row 2, column 7", counted from one; a unit of the output is named after its digit. */
export function unitName(network: Description, unit: Unit): string {
  const name = layerName(network, unit.layer);
  const { channels, height, width } = shapeOf(network, unit.layer);
  if (isOutput(network, unit.layer)) return `${name} · digit ${unit.channel}`;
  if (height === 1 && width === 1) return `${name} · unit ${unit.channel + 1}`;
  const map = channels > 1 ? `map ${unit.channel + 1} · ` : "";
  return `${name} · ${map}row ${unit.y + 1}, column ${unit.x + 1}`;
}

/** The value of a unit in this view, for people: "0.83"; of the output "98.2 %, logit 5.31". */
export function unitValue(network: Description, view: View, unit: Unit): string {
  const { height, width } = shapeOf(network, unit.layer);
  const values = unit.layer < 0 ? view.input : view.activations[unit.layer];
  const value = values?.[(unit.channel * height + unit.y) * width + unit.x];
  if (value === undefined) return "";
  if (!isOutput(network, unit.layer)) return short(value);
  return `${percent(view.probabilities[unit.channel] ?? Number.NaN)}, logit ${short(value)}`;
}

/** About three significant figures, with a real minus sign: "−0.42", "12.3", "0.00071". */
export function short(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size < 1e-9) return "0";
  let text: string;
  if (size < 1e-4 || size >= 1e5) text = size.toExponential(1).replace("e-", "e−").replace("e+", "e");
  else
    text = size.toFixed(
      Math.max(0, Math.min(5, 2 - Math.floor(Math.log10(Math.max(size, 1e-3))) - (size >= 1 ? 0 : 1))),
    );
  return value < 0 ? `−${text}` : text;
}

/** Three significant figures: "−3.12 × 10⁻⁴" where `short` writes "−0.0003". */
export function precise(value: number): string {
  const size = Math.abs(value);
  if (!(size < 0.01) || size < 1e-30) return short(value);
  const power = Math.floor(Math.log10(size));
  return `${value < 0 ? "−" : ""}${(size / 10 ** power).toFixed(2)} × 10${superscript(power)}`;
}

/** An exponent: −4 → "⁻⁴". */
export function superscript(power: number): string {
  return [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
}

/** Whether every tensor of the view has the network's size. For a moment after a change of network it has not. */
export function fits(network: Description, view: View): boolean {
  const { channels, height, width } = network.input;
  return (
    view.input.length === channels * height * width &&
    view.activations.length === network.layers.length &&
    network.layers.every(
      ({ output }, i) => view.activations[i]?.length === output.channels * output.height * output.width,
    )
  );
}
