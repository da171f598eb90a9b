// A desk: the buffers through which a helper receives its job and returns its results. With shared memory the buffers
// stay in place; otherwise they are transferred with each message.
import type { Layer } from "./pkg/lenet";

/** The name of a helper's worker. */
export const HELPER = "helper";

export interface Desk {
  /** The numbers that `Place` names. */
  header: Int32Array;
  parameters: Float32Array;
  /** The bytes of the images of the whole mini-batch, one image after the other. */
  images: Uint8Array;
  labels: Uint8Array;
  /** The words of the objective. */
  objective: Int32Array;
  /** The shards that are taken (claims.ts): one word, common to all workers if they share memory. */
  claims: Int32Array;
  /** The results: nodes of the tree of shards (src/backend/cpu/shards.rs), and the numbers of one after the other. */
  nodes: Int32Array;
  numbers: Float32Array;
}

/** The space that a job needs, as src/wasm/crew.rs computes it. */
export interface Sizes {
  /** The number of parameters of the network. */
  parameters: number;
  /** The maximum number of nodes that a helper returns, and of the numbers of all of them. */
  nodes: number;
  numbers: number;
  /** The maximum number of images of a job. */
  images: number;
  /** The bytes of an image. */
  pixels: number;
  /** The number of words of an objective. */
  objective: number;
}

/** The indices of the header's numbers. */
export const Place = {
  /** The number of the job on the desk, and of the last job that is done; −1 until the helper has started. */
  Job: 0,
  Done: 1,
  /** The version of the parameters. A helper copies them only when it changes. */
  Version: 2,
  /** The number of the mini-batch among the claims. */
  Round: 3,
  Task: 4,
  /** Which worker of how many the helper is. */
  Worker: 5,
  Workers: 6,
  Images: 7,
  /** How many nodes the helper returns. */
  Nodes: 8,
} as const;

/** The constructor of the buffers' memory, shared or not. */
export type Memory = new (bytes: number) => ArrayBuffer | SharedArrayBuffer;

export function makeDesk(parameters: Float32Array, claims: Int32Array, sizes: Sizes, Memory: Memory): Desk {
  const words = (count: number) => new Int32Array(new Memory(4 * count));
  const header = words(Object.keys(Place).length);
  header[Place.Done] = -1;
  return {
    header,
    parameters,
    images: new Uint8Array(new Memory(sizes.images * sizes.pixels)),
    labels: new Uint8Array(new Memory(sizes.images)),
    objective: words(sizes.objective),
    claims,
    nodes: words(sizes.nodes),
    numbers: new Float32Array(new Memory(4 * sizes.numbers)),
  };
}

export const buffersOf = (desk: Desk) => Object.values(desk).map(({ buffer }) => buffer as ArrayBuffer);

/** Messages to a helper: "join" once, and without shared memory a "job" for each job. */
export type ToHelper =
  | { type: "join"; module: WebAssembly.Module; layers: Layer[]; desk: Desk | null }
  | { type: "job"; desk: Desk };

/** Messages from a helper: "here" after its start, and without shared memory the "results" of each job. */
export type FromHelper = { type: "here" } | { type: "results"; desk: Desk };
