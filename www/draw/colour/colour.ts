// The colour of a number. Colour means the same everywhere: pixels are grey, activations run from dark to bright, and
// numbers with a sign (weights, gradients, the activations of tanh) diverge from a neutral zero: blue −, orange +.
import { CIVIDIS } from "./cividis";

export type Theme = "light" | "dark";
export type ScaleKind = "grey" | "activation" | "signed";

/** A scale as 256 pixels, ready to be copied into an `ImageData` seen as 32-bit words. */
export type Scale = Uint32Array;

const ENTRIES = 256;

// The neutral colour of the signed scale is the page's background, so that zero recedes.
const SIGNED: Record<Theme, readonly string[]> = {
  light: ["0b3c8c", "3f7fca", "a3c6e8", "f4f3f0", "f6be85", "d97a1a", "8a3f00"],
  dark: ["a8d4ff", "4f9be8", "2a5485", "20242b", "7f4a15", "e58a2b", "ffd39b"],
};
const GREY = ["000000", "ffffff"];

const made = new Map<string, Scale>();

/** The scale of a kind in a theme. Each is made once. */
export function scale(kind: ScaleKind, theme: Theme): Scale {
  const key = `${kind} ${theme}`;
  let found = made.get(key);
  if (!found) {
    if (kind === "grey") found = interpolate(GREY, straight, straight);
    else if (kind === "activation") found = interpolate(CIVIDIS, straight, straight);
    else found = interpolate(SIGNED[theme], toOklab, fromOklab);
    made.set(key, found);
  }
  return found;
}

/** The index of the scale's entry for a value in a range from `low` to `high`; a value outside has the nearest end. */
export function entry(value: number, low: number, high: number): number {
  const span = high - low;
  if (!(span > 0)) return low < 0 ? ENTRIES / 2 : 0;
  return Math.max(0, Math.min(ENTRIES - 1, Math.round(((value - low) / span) * (ENTRIES - 1))));
}

/** An entry as a CSS colour. */
export function css(scale: Scale, index: number): string {
  const word = scale[index] ?? 0;
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}

/** The whole scale as a CSS gradient, from left to right. */
export function cssGradient(scale: Scale): string {
  const stops = Array.from({ length: 17 }, (_, i) => css(scale, Math.round((i * (ENTRIES - 1)) / 16)));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

type Triple = [number, number, number];

/** Interpolates colours linearly in the colour space that `to` converts to. */
function interpolate(colours: readonly string[], to: (rgb: Triple) => Triple, from: (point: Triple) => Triple): Scale {
  const points = colours.map((hex) => to(parse(hex)));
  const words = new Uint32Array(ENTRIES);
  for (let i = 0; i < ENTRIES; i++) {
    const at = (i / (ENTRIES - 1)) * (points.length - 1);
    const index = Math.min(Math.floor(at), points.length - 2);
    const [a, b, t] = [points[index] as Triple, points[index + 1] as Triple, at - index];
    const [r, g, blue] = from([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]);
    words[i] = (255 << 24) | (byte(blue) << 16) | (byte(g) << 8) | byte(r); // RGBA, little-endian
  }
  return words;
}

function parse(hex: string): Triple {
  const word = Number.parseInt(hex, 16);
  return [(word >> 16) / 255, ((word >> 8) & 255) / 255, (word & 255) / 255];
}

const byte = (part: number): number => Math.max(0, Math.min(255, Math.round(part * 255)));
const straight = (triple: Triple): Triple => triple;

// Björn Ottosson, "A perceptual color space for image processing", 2020: equal steps look equal, and blue stays blue.
function toOklab(rgb: Triple): Triple {
  const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Triple;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]: Triple): Triple {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear: Triple = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * Math.max(c, 0) ** (1 / 2.4) - 0.055)) as Triple;
}
