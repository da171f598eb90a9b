// The window a layer looks through. Pure.
import type { Layer, PlannedLayer } from "../engine/protocol";

export interface LayerWindow {
  size: number;
  stride: number;
  padding: number;
}

/** Null: a unit sees everything, as in a dense layer. Layers that take number by number have a window of one. */
export function layerWindow(layer: Layer): LayerWindow | null {
  switch (layer.type) {
    case "dense":
    case "rbf":
      return null;
    case "preprocess":
      return layer.kind === "whiten" ? null : { size: 1, stride: 1, padding: 0 };
    case "conv":
      return layer;
    case "pool":
      return { size: layer.size, stride: layer.stride, padding: 0 };
    case "subsample":
      return { size: layer.size, stride: layer.size, padding: 0 };
    case "frame":
      return { size: 1, stride: 1, padding: layer.border };
    default:
      return { size: 1, stride: 1, padding: 0 };
  }
}

/** Whether a unit sees its own map only. */
export function staysInMap(layer: Layer): boolean {
  return layer.type !== "conv" && layer.type !== "dense" && layer.type !== "rbf";
}

/** The same of a layer in its place, if there is one. */
export function isOfOneMap(planned: PlannedLayer | undefined): boolean {
  return planned !== undefined && staysInMap(planned.layer);
}

/** Whether the layer takes number by number: dropout, and the rectifiers whose slope is learned or drawn. */
export function isElementwise(layer: Layer): layer is Extract<Layer, { type: "dropout" | "prelu" | "rrelu" }> {
  return layer.type === "dropout" || layer.type === "prelu" || layer.type === "rrelu";
}
