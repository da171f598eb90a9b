// Images on their way into and out of the engine.
import type { Pixels } from "./protocol";

/** Bytes 0..255 become 0..1; floats are taken as they are. A plain list has bytes if one of its numbers is above 1. */
export function asFloats(pixels: Pixels): Float32Array {
  if (pixels instanceof Float32Array) return pixels;
  const bytes = pixels instanceof Uint8Array || pixels.some((pixel) => pixel > 1);
  return Float32Array.from(pixels, (pixel) => (bytes ? pixel / 255 : pixel));
}

/** Images of so many pixels each, which lie one after the other in `bytes`. */
export function imagesOf(bytes: Uint8Array, pixels: number): Uint8Array[] {
  return Array.from({ length: bytes.length / pixels }, (_, i) => bytes.slice(pixels * i, pixels * (i + 1)));
}
