// A desk: the buffers through which a helper receives its job and returns its numbers. With shared memory the buffers
// stay in place; otherwise they are transferred with each message.
import type { Layer } from "./pkg/lenet";

export interface Desk {
  /** The numbers that `Place` names. */
  header: Int32Array;
  parameters: Float32Array;
  /** The bytes of the images, one image after the other. */
  images: Uint8Array;
  labels: Uint8Array;
  numbers: Float32Array;
}

/** The space that a job needs, as src/wasm/crew.rs computes it. */
export interface Sizes {
  /** The number of parameters of the network. */
  parameters: number;
  /** The maximum number of results of a job. */
  numbers: number;
  /** The maximum number of images of a job. */
  images: number;
  /** The bytes of an image. */
  pixels: number;
  /** The number of words of an objective. */
  objective: number;
}

/** The indices of the header's numbers. The words of the objective follow them. */
export const Place = {
  /** The number of the job on the desk, and of the last job that is done; −1 until the helper has started. */
  Job: 0,
  Done: 1,
  /** The version of the parameters. A helper copies them only when it changes. */
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

/** The constructor of the buffers' memory, shared or not. */
export type Memory = new (bytes: number) => ArrayBuffer | SharedArrayBuffer;

export function makeDesk(parameters: Float32Array, sizes: Sizes, Memory: Memory): Desk {
  const header = new Int32Array(new Memory(4 * (HEADER + sizes.objective)));
  header[Place.Done] = -1;
  return {
    header,
    parameters,
    images: new Uint8Array(new Memory(sizes.images * sizes.pixels)),
    labels: new Uint8Array(new Memory(sizes.images)),
    numbers: new Float32Array(new Memory(4 * sizes.numbers)),
  };
}

export const buffersOf = (desk: Desk) =>
  [desk.header, desk.parameters, desk.images, desk.labels, desk.numbers].map(({ buffer }) => buffer as ArrayBuffer);

/** Messages to a helper: "join" once, and without shared memory a "job" for each job. */
export type ToHelper =
  | { type: "join"; module: WebAssembly.Module; layers: Layer[]; desk: Desk | null }
  | { type: "job"; desk: Desk };

/** Messages from a helper: "here" after its start, and without shared memory the "numbers" of each job. */
export type FromHelper = { type: "here" } | { type: "numbers"; desk: Desk };
