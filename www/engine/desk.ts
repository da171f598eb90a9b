// Where a helper finds its job and leaves its numbers. In shared memory a desk stays where it is; elsewhere it travels
// with the job and comes back with the numbers.
import type { Layer } from "./protocol";

export interface Desk {
  /** See `Place`. */
  header: Int32Array;
  parameters: Float32Array;
  /** 784 bytes each. */
  images: Uint8Array;
  labels: Uint8Array;
  numbers: Float32Array;
}

/** What the header's numbers are. */
export const Place = {
  /** Which job lies there, and which one's numbers; −1 before the helper is there. */
  Job: 0,
  Done: 1,
  /** Of the parameters: they are only taken over when it changes. */
  Version: 2,
  Task: 3,
  Batch: 4,
  Part: 5,
  Parts: 6,
  Images: 7,
} as const;

/** Words of the objective, behind the header's own: as `Objective::words` has them. */
const OBJECTIVE = 19;
const HEADER = Object.keys(Place).length;

/** Where what is learned from each image stands. */
export const objectiveOf = (header: Int32Array) => header.subarray(HEADER, HEADER + OBJECTIVE);

/** Images that fit: a mini-batch has 1,024 at most. */
const MAX_IMAGES = 1024;
const PIXELS = 28 * 28;

/** Memory of an `ArrayBuffer`, or of a `SharedArrayBuffer`. */
export type Memory = new (bytes: number) => ArrayBuffer | SharedArrayBuffer;

export function makeDesk(parameters: Float32Array, numbers: number, Memory: Memory): Desk {
  const header = new Int32Array(new Memory(4 * (HEADER + OBJECTIVE)));
  header[Place.Done] = -1;
  return {
    header,
    parameters,
    images: new Uint8Array(new Memory(MAX_IMAGES * PIXELS)),
    labels: new Uint8Array(new Memory(MAX_IMAGES)),
    numbers: new Float32Array(new Memory(4 * numbers)),
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
