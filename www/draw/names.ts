// What layers, units and their values are called, in the words of the page.
import type { Activation, Description, PoolKind, Preprocessing, View } from "../engine/protocol";
import { percent } from "../model/words";
import type { Unit } from "../state";
import { shapeOf } from "./layout/receptive-field";

/** "C1", "S2", …; −1 is the input. */
export function layerName(network: Description, layer: number): string {
  return network.layers[layer]?.name ?? "Input";
}

/** "6@28×28", "120". */
export function sizeName(network: Description, layer: number): string {
  const { channels, height, width } = shapeOf(network, layer);
  if (height === 1 && width === 1) return String(channels);
  return layer < 0 && channels === 1 ? `${height}×${width}` : `${channels}@${height}×${width}`;
}

const PREPROCESSED: Record<Preprocessing, string> = {
  center: "less the mean",
  standardize: "standardised",
  whiten: "whitened",
};
const POOLS: Record<PoolKind, string> = { max: "max", average: "mean", l2: "L2" };

/** How a layer is computed, in two or three words. */
export function kindName(network: Description, layer: number): string {
  const made = network.layers[layer]?.layer;
  if (!made) return "pixels";
  if (made.type === "dense") return isOutput(network, layer) ? "softmax" : "dense";
  if (made.type === "rbf") return "logits: minus the squared distance to each picture";
  if (made.type === "preprocess") return PREPROCESSED[made.kind];
  if (made.type === "frame") return "in paper";
  if (made.type === "subsample") return `subsampling ${made.size}×${made.size}`;
  if (made.type === "dropout") return `dropout ${made.rate}`;
  if (made.type === "prelu") return "parametric ReLU";
  if (made.type === "rrelu") return "randomised ReLU";
  const size = `${made.size}×${made.size}`;
  const stride = made.stride === (made.type === "pool" ? made.size : 1) ? "" : `, stride ${made.stride}`;
  return made.type === "pool" ? `${POOLS[made.kind]} pool ${size}${stride}` : `${size} filters${stride}`;
}

export function isOutput(network: Description, layer: number): boolean {
  return layer === network.layers.length - 1;
}

/** The function whose values a layer shows; a pooling layer shows those of the layer before it. */
export function activationOf(network: Description, layer: number): Activation | "pixels" {
  const made = network.layers[layer]?.layer;
  if (!made) return "pixels";
  if (made.type === "prelu" || made.type === "rrelu") return "leaky_relu";
  if (made.type === "rbf" || made.type === "frame" || made.type === "preprocess") return "none";
  return made.type === "pool" || made.type === "dropout" ? activationOf(network, layer - 1) : made.activation;
}

/** Whether a layer's values have a sign, and so need the scale that diverges from zero. */
export function isSigned(network: Description, layer: number): boolean {
  const activation = activationOf(network, layer);
  return activation === "tanh" || activation === "scaled_tanh" || activation === "leaky_relu" || activation === "none";
}

/** "C3 · map 5 · row 2, column 7", counted from one as people do; a digit is a digit. */
export function unitName(network: Description, unit: Unit): string {
  const name = layerName(network, unit.layer);
  const { channels, height, width } = shapeOf(network, unit.layer);
  if (isOutput(network, unit.layer)) return `${name} · digit ${unit.channel}`;
  if (height === 1 && width === 1) return `${name} · unit ${unit.channel + 1}`;
  const map = channels > 1 ? `map ${unit.channel + 1} · ` : "";
  return `${name} · ${map}row ${unit.y + 1}, column ${unit.x + 1}`;
}

/** What a unit is worth in this view, for people: "0.83", for a digit "98.2 %, logit 5.31". */
export function unitValue(network: Description, view: View, unit: Unit): string {
  const { height, width } = shapeOf(network, unit.layer);
  const values = unit.layer < 0 ? view.input : view.activations[unit.layer];
  const value = values?.[(unit.channel * height + unit.y) * width + unit.x];
  if (value === undefined) return "";
  if (!isOutput(network, unit.layer)) return short(value);
  return `${percent(view.probabilities[unit.channel] ?? Number.NaN)}, logit ${short(value)}`;
}

/** About three figures and a real minus sign: "−0.42", "12.3", "0.00071". */
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

/** Three figures whatever the size: "−3.12 × 10⁻⁴" where `short` would only say "−0.0003". */
export function precise(value: number): string {
  const size = Math.abs(value);
  if (!(size < 0.01) || size < 1e-30) return short(value);
  const power = Math.floor(Math.log10(size));
  return `${value < 0 ? "−" : ""}${(size / 10 ** power).toFixed(2)} × 10${superscript(power)}`;
}

/** "⁻⁴". */
export function superscript(power: number): string {
  return [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
}

/** A view belongs to a network only if every tensor has its size; for a moment after a change of preset it does not. */
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
