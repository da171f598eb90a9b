// Where a helper finds its job and leaves its numbers. In shared memory a desk stays where it is; elsewhere it travels
// with the job and comes back with the numbers.
import type { Layer } from "./pkg/lenet";

export interface Desk {
  /** See `Place`. */
  header: Int32Array;
  parameters: Float32Array;
  /** Their bytes, one image after the other. */
  images: Uint8Array;
  labels: Uint8Array;
  numbers: Float32Array;
}

/** How much room a job takes, as src/wasm/crew.rs says. */
export interface Sizes {
  /** Parameters of the network. */
  parameters: number;
  /** The maximum number of results of a job. */
  numbers: number;
  /** Bytes of an image. */
  pixels: number;
  /** Words of an objective. */
  objective: number;
}

/** What the header's numbers are; the words of the objective follow them. */
export const Place = {
  /** The number of the job on the desk, and of the job whose results are there; −1 before the helper is there. */
  Job: 0,
  Done: 1,
  /** The version of the parameters: a helper copies them only when it changes. */
  Version: 2,
  Task: 3,
  Batch: 4,
  Part: 5,
  Parts: 6,
  Images: 7,
} as const;

const HEADER = Object.keys(Place).length;

/** The words of the objective. */
export const objectiveOf = (header: Int32Array) => header.subarray(HEADER);

/** The maximum number of images: a mini-batch has at most 1,024. */
const MAX_IMAGES = 1024;

/** Memory of an `ArrayBuffer`, or of a `SharedArrayBuffer`. */
export type Memory = new (bytes: number) => ArrayBuffer | SharedArrayBuffer;

export function makeDesk(parameters: Float32Array, sizes: Sizes, Memory: Memory): Desk {
  const header = new Int32Array(new Memory(4 * (HEADER + sizes.objective)));
  header[Place.Done] = -1;
  return {
    header,
    parameters,
    images: new Uint8Array(new Memory(MAX_IMAGES * sizes.pixels)),
    labels: new Uint8Array(new Memory(MAX_IMAGES)),
    numbers: new Float32Array(new Memory(4 * sizes.numbers)),
  };
}

export const buffersOf = (desk: Desk) =>
  [desk.header, desk.parameters, desk.images, desk.labels, desk.numbers].map(({ buffer }) => buffer as ArrayBuffer);

/** To a helper: once, and where desks travel, with every job. */
export type ToHelper =
  | { type: "join"; module: WebAssembly.Module; layers: Layer[]; desk: Desk | null }
  | { type: "job"; desk: Desk };

/** From a helper: that it is there, and where desks travel, its numbers. */
export type FromHelper = { type: "here" } | { type: "numbers"; desk: Desk };
