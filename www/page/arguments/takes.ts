// What each call of the console takes. Whatever does not fit is refused with a sentence, before the engine hears of it.
// The engine checks what only it knows: names of settings, numbers of images, shapes.
import { Refusal, refusalOf } from "../../engine/refusal";
import {
  above0,
  bytes,
  floats,
  json,
  type Kind,
  list,
  number,
  oneOf,
  optional,
  pixels,
  record,
  refuse,
  strokes,
  text,
  type Values,
  whole,
} from "./kinds";

/** The pixels of an image of MNIST, and of the largest canvas. */
const IMAGE = 784;
const CANVAS = 140 * 1120;
/** The most training images, and the most tensors of 200 layers. */
const IMAGES = 60_000;
const TENSORS = 1000;
/** The maximum number of epochs of one call. */
const EPOCHS = 10_000;

const tensor = record({ name: text("a name"), shape: list(whole(0), "a list of lengths", 8), data: floats });
const canvas = record({ pixels: pixels(CANVAS), height: whole(1), width: whole(1) });
const drawing = record({ strokes });

/** Strokes, or the pixels of a canvas with its height and width. */
const writing: Kind<ReturnType<typeof canvas> | ReturnType<typeof drawing>> = (value, name) => {
  if (Array.isArray(value)) return { strokes: strokes(value, name) };
  if (typeof value !== "object" || value === null) return refuse(name, value, "strokes, or {pixels, height, width}");
  return "strokes" in value ? drawing(value, name) : canvas(value, name);
};

const task = record({
  preset: text("the name of a preset"),
  backend: oneOf("cpu", "webgpu"),
  workers: optional(whole(1)),
  batch_sizes: list(whole(1), "a list of sizes of mini-batches", 100),
  seconds: number,
});

/** The arguments of each call in their order, with the names that refusals use. Arguments after them are ignored. */
const TAKES = {
  configure: { configuration: optional(json) },
  setBackend: { backend: oneOf("auto", "cpu", "webgpu") },
  train: { goal: optional(record({ steps: optional(whole(1)), epochs: optional(above0(EPOCHS)) })) },
  evaluate: { split: oneOf("train", "validation", "test") },
  classify: { pixels: pixels(IMAGE) },
  augment: {
    pixels: pixels(IMAGE),
    options: optional(record({ count: optional(whole(1)), first: optional(whole(0)) })),
  },
  classifyDrawing: { strokes },
  slide: { writing },
  setParameters: { list: list(tensor, "a list of {name, shape, data}", TENSORS) },
  gradients: { indices: list(whole(0), "a list of the indices of training images", IMAGES) },
  ensemble: { wanted: record({ members: number }) },
  save: { format: optional(text("the name of a format")) },
  load: { bytes },
  /** Of the bench's console. */
  run: { tasks: optional(list(task, "a list of tasks", 100)) },
} as const;

type Takes = typeof TAKES;

/**
 * Reads the arguments of a call.
 *
 * @throws The refusal of the first that does not fit.
 */
export function take<C extends keyof Takes>(call: C, ...given: unknown[]): Values<Takes[C]> {
  try {
    const kinds = Object.entries(TAKES[call] as Record<string, Kind<unknown>>);
    return Object.fromEntries(kinds.map(([name, kind], i) => [name, kind(given[i], name)])) as Values<Takes[C]>;
  } catch (error) {
    // A getter or a proxy can throw anything.
    const { message, field } = refusalOf(error);
    const why = error instanceof Refusal ? message : `an argument cannot be read: ${message}`;
    throw new Refusal({ message: `${call}: ${why}`, layer: null, field });
  }
}
