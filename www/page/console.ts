// The page's console interface: `window.lenet`. Everything is asynchronous, and the page shows what it does.
import type { Client } from "../engine/client";
import type {
  Backend,
  Bench,
  BenchTask,
  Configuration,
  Description,
  EnsembleResult,
  EvaluationResult,
  NamedTensor,
  RateCurve,
  Slide,
  Split,
  Status,
  Writing,
} from "../engine/protocol";

declare global {
  interface Window {
    lenet: Console;
  }
}

/** `window.bench`, on bench.html. */
export interface BenchConsole {
  /** Measures these, or both networks on one core, on all and on WebGPU. */
  run(tasks?: BenchTask[]): Promise<Bench[]>;
}

export interface Console {
  /** Resolves when the engine and the data are loaded; rejects with the reason if they cannot be. */
  readonly ready: Promise<void>;
  /**
   * A new network, untrained: `{preset}` ("lenet5", "lenet5_1998", "nielsen1", "nielsen2") or `{layers}`, `seed`, `backend`, `workers`
   * `preprocessing` ("none", "center", "standardize", "whiten") and any setting by its name (`batch_size`, `learning_rate`, …). What is left out has its default.
   */
  configure(configuration?: Configuration): Promise<Description>;
  /** Moves the run, as it is, to "cpu", "webgpu" or, with "auto", the faster one. */
  setBackend(backend: Backend): Promise<Status>;
  /** Measures training on the CPU and on WebGPU: `status.choice.speeds`, images a second. */
  compareBackends(): Promise<Status>;
  /** Trains so many mini-batches or epochs, or to the end of the schedule; resolves when done or paused. */
  train(goal?: { steps: number } | { epochs: number }): Promise<Status>;
  pause(): Promise<Status>;
  /** Back to the same seed's same start. */
  reset(): Promise<Status>;
  status(): Promise<Status>;
  /** Over the whole split; the confusion matrix has a row for each label, a column for each answer. */
  evaluate(split: Split): Promise<EvaluationResult>;
  /** 784 bytes, or floats 0..1, row by row, ink bright → ten probabilities. */
  classify(pixels: Uint8Array | Float32Array | number[]): Promise<number[]>;
  /**
   * 784 bytes, or floats 0..1, as training would change them with the present `augment_…` settings: the changes from
   * number `first` (0) on that the seed makes, `count` (16) of them, 784 bytes each.
   */
  augment(
    pixels: Uint8Array | Float32Array | number[],
    options?: { count?: number; first?: number },
  ): Promise<Uint8Array[]>;
  /** Strokes of [x, y] points in any scale, y down, normalised as the pad does it. */
  classifyDrawing(strokes: number[][][]): Promise<{ pixels: number[]; probabilities: number[] }>;
  /**
   * The network over a whole canvas with several digits, in one forward pass: the probabilities of each digit at every
   * place of its window, and the digits read off from left to right. Takes strokes as `classifyDrawing` does, or
   * `{pixels, height, width}`, bytes or floats 0..1, each digit about 20 pixels high as MNIST's are.
   */
  slide(writing: number[][][] | Writing): Promise<Slide>;
  /** Every weight and bias, by its layer's name. */
  parameters(): Promise<NamedTensor[]>;
  setParameters(list: NamedTensor[]): Promise<void>;
  /** Of the mean loss over those training images. */
  gradients(indices: number[]): Promise<{ loss: number; gradients: NamedTensor[] }>;
  /**
   * Trains a copy of the network as it is now with a rate that grows from 1e-5 to 10, by the present settings, and suggests the
   * one to train with; null where no rate makes the loss fall. The run goes on meanwhile.
   */
  findLearningRate(): Promise<RateCurve>;
  /**
   * Trains networks with seeds of their own, one after the other, until there are 2 to 9, each to the end of its schedule,
   * and has them read all test images. Those of this network that are there already count: 3 and later 5 trains two
   * more. A pause waits; a reset, or another network, ends it with a sentence, and so does a loss that is no number.
   */
  ensemble(wanted: { members: number }): Promise<EnsembleResult>;
  /** The network and its run as a file's bytes, "safetensors"; or the network alone, "onnx". */
  save(format?: string): Promise<Uint8Array>;
  /** Goes on with the run in such a file, or with the network alone; refuses what is none and changes nothing. */
  load(bytes: Uint8Array | ArrayBuffer): Promise<void>;
  /** The trained LeNet-5 that comes with the page. */
  loadTrained(): Promise<void>;
}

export function consoleOf(client: Client): Console {
  return {
    get ready() {
      return client.ready;
    },
    configure: (configuration = {}) => client.call("configure", configuration),
    setBackend: (backend) => client.call("setBackend", backend),
    compareBackends: () => client.call("compareBackends"),
    train: (goal) => client.call("train", goal),
    pause: () => client.call("pause"),
    reset: () => client.call("reset"),
    status: () => client.call("status"),
    evaluate: (split) => client.call("evaluate", split),
    classify: (pixels) => client.call("classify", pixels),
    augment: (pixels, { count = 16, first = 0 } = {}) => client.call("augmented", asBytes(pixels), first, count),
    classifyDrawing: (strokes) => client.call("classifyDrawing", strokes),
    slide: (writing) => client.call("slide", Array.isArray(writing) ? { strokes: writing } : writing),
    parameters: () => client.call("parameters"),
    setParameters: (list) => client.call("setParameters", list),
    gradients: (indices) => client.call("gradients", indices),
    save: (format = "safetensors") => client.call("save", format),
    findLearningRate: () => client.call("findLearningRate"),
    ensemble: (wanted) => client.call("ensemble", wanted),
    load: (bytes) => client.call("load", bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes),
    loadTrained: () => client.call("loadTrained"),
  };
}

/** Floats 0..1 become bytes; a plain list is bytes if one of its numbers is over 1. */
function asBytes(pixels: Uint8Array | Float32Array | number[]): Uint8Array {
  if (pixels instanceof Uint8Array) return pixels;
  const scale = pixels.some((pixel) => pixel > 1) ? 1 : 255;
  return Uint8Array.from(pixels, (pixel) => Math.round(scale * pixel));
}
