// The page's console interface: `window.lenet`. Everything is asynchronous, and the page shows what it does.
import type { Client } from "../engine/client";
import type {
  Backend,
  BenchTask,
  Description,
  EnsembleResult,
  EvaluationResult,
  NamedTensor,
  Slide,
  Split,
  Status,
  SweepResult,
} from "../engine/pkg/lenet";
import type { Bench, Configuration, Writing } from "../engine/protocol";

declare global {
  interface Window {
    lenet: Console;
  }
}

/** The console interface of bench.html, `window.bench`. */
export interface BenchConsole {
  /** Runs these tasks. By default, both networks are measured on one core, on all cores and on WebGPU. */
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
  /** Moves the run to "cpu", to "webgpu" or, with "auto", to the faster one. Nothing else about it changes. */
  setBackend(backend: Backend): Promise<Status>;
  /** Measures training on the CPU and on WebGPU and sets `status.choice.speeds`, in images per second. */
  compareBackends(): Promise<Status>;
  /** Trains this many mini-batches or epochs, or to the end of the schedule. Resolves when it is done or paused. */
  train(goal?: { steps: number } | { epochs: number }): Promise<Status>;
  pause(): Promise<Status>;
  /** Starts the run again with the same seed and so the same initial weights. */
  reset(): Promise<Status>;
  status(): Promise<Status>;
  /** Evaluates the whole split. The confusion matrix has a row for each label and a column for each predicted class. */
  evaluate(split: Split): Promise<EvaluationResult>;
  /** Takes the pixels of an image row by row, ink bright, as bytes or floats 0..1. Resolves to one probability per class. */
  classify(pixels: Uint8Array | Float32Array | number[]): Promise<number[]>;
  /**
   * 784 bytes, or floats 0..1, as training would change them with the present `augment_…` settings: the changes from
   * number `first` (0) on that the seed makes, `count` (16) of them, 784 bytes each.
   */
  augment(
    pixels: Uint8Array | Float32Array | number[],
    options?: { count?: number; first?: number },
  ): Promise<Uint8Array[]>;
  /** Takes strokes of [x, y] points in any scale, y down, and normalises them as the pad does. */
  classifyDrawing(strokes: number[][][]): Promise<{ pixels: number[]; probabilities: number[] }>;
  /**
   * The network over a whole canvas with several digits, in one forward pass: the probabilities of each digit at every
   * place of its window, and the digits read off from left to right. Takes strokes as `classifyDrawing` does, or
   * `{pixels, height, width}`, bytes or floats 0..1, each digit about 20 pixels high as MNIST's are.
   */
  slide(writing: number[][][] | Writing): Promise<Slide>;
  /** Every tensor of parameters, named after its layer. */
  parameters(): Promise<NamedTensor[]>;
  setParameters(list: NamedTensor[]): Promise<void>;
  /** The mean loss over these training images and its gradients. */
  gradients(indices: number[]): Promise<{ loss: number; gradients: NamedTensor[] }>;
  /**
   * Trains a copy of the network as it is now with a rate that grows from 1e-5 to 10, by the present settings, and suggests the
   * one to train with; null where no rate makes the loss fall. The run goes on meanwhile.
   */
  findLearningRate(): Promise<SweepResult>;
  /**
   * Trains networks with seeds of their own, one after the other, until there are 2 to 9, each to the end of its schedule,
   * and has them read all test images. Those of this network that are there already count: 3 and later 5 trains two
   * more. A pause waits; a reset, or another network, ends it with a sentence, and so does a loss that is no number.
   */
  ensemble(wanted: { members: number }): Promise<EnsembleResult>;
  /** The bytes of a file: of the network and its run ("safetensors"), or of the network alone ("onnx"). */
  save(format?: string): Promise<Uint8Array>;
  /** Continues the run in such a file, or begins with its network alone. Any other file is refused and changes nothing. */
  load(bytes: Uint8Array | ArrayBuffer): Promise<void>;
  /** Loads the trained LeNet-5 that comes with the page. */
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

/** Converts floats 0..1 to bytes. A plain list is taken as bytes if one of its numbers is above 1. */
function asBytes(pixels: Uint8Array | Float32Array | number[]): Uint8Array {
  if (pixels instanceof Uint8Array) return pixels;
  const scale = pixels.some((pixel) => pixel > 1) ? 1 : 255;
  return Uint8Array.from(pixels, (pixel) => Math.round(scale * pixel));
}
