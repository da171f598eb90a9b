// Converts images for the engine and for the page.
import type { Pixels } from "./protocol";

/**
 * Converts bytes 0..255 to 0..1 and leaves floats as they are. A plain list contains bytes if one of its numbers is
 * above 1.
 */
export function asFloats(pixels: Pixels): Float32Array {
  if (pixels instanceof Float32Array) return pixels;
  const bytes = pixels instanceof Uint8Array || pixels.some((pixel) => pixel > 1);
  return Float32Array.from(pixels, (pixel) => (bytes ? pixel / 255 : pixel));
}

/** Splits `bytes` into images of this number of pixels. */
export function imagesOf(bytes: Uint8Array, pixels: number): Uint8Array[] {
  return Array.from({ length: bytes.length / pixels }, (_, i) => bytes.slice(pixels * i, pixels * (i + 1)));
}
