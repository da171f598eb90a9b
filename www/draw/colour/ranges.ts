// The range of every layer's activations for the chosen image, which all views share.
import { computed } from "@preact/signals";
import type { Description } from "../../engine/pkg/lenet";
import { state } from "../../state";
import { activationOf, fits, isSigned } from "../names";
import { type Range, rangeOf, SmoothRange } from "./range";

const PIXELS: Range = { low: 0, high: 1 };

let smooth: { network: Description; layers: SmoothRange[]; at: number } | null = null;

/** The range of each layer; the input's is always 0 to 1. Null while there is no view of the network. */
export const layerRanges = computed<((layer: number) => Range) | null>(() => {
  const [network, view] = [state.description.value, state.view.value];
  if (!network || !view || !fits(network, view)) return null;
  const now = performance.now();
  if (smooth?.network !== network) smooth = { network, layers: network.layers.map(() => new SmoothRange()), at: now };
  const seconds = (now - smooth.at) / 1000;
  smooth.at = now;
  const ranges = smooth.layers.map((each, layer) =>
    each.next(rangeOf(view.activations[layer] as Float32Array, isSigned(network, layer)), seconds),
  );
  return (layer) => ranges[layer] ?? PIXELS;
});

/** The scale that a layer's values are drawn with. */
export function scaleKind(network: Description, layer: number): "grey" | "activation" | "signed" {
  if (activationOf(network, layer) === "pixels") return "grey";
  return isSigned(network, layer) ? "signed" : "activation";
}
