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
import { take } from "./arguments/takes";

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
   * Starts a new, untrained network: `{preset}` ("lenet5", "lenet5_1998", "nielsen1", "nielsen2") or `{layers}`,
   * `seed`, `backend`, `workers`, `preprocessing` ("none", "center", "standardize", "whiten") and any setting by its
   * name (`batch_size`, `learning_rate`, …). Every value that is missing has its default.
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
   * Returns `count` (16) augmented versions of an image, 784 bytes each, as the present `augment_…` settings change it
   * in training. The image is 784 bytes, or floats 0..1. The run's seed determines the versions; `first` (0) is the
   * number of the first.
   */
  augment(
    pixels: Uint8Array | Float32Array | number[],
    options?: { count?: number; first?: number },
  ): Promise<Uint8Array[]>;
  /** Takes strokes of [x, y] points in any scale, y down, and normalises them as the pad does. */
  classifyDrawing(strokes: number[][][]): Promise<{ pixels: number[]; probabilities: number[] }>;
  /**
   * Applies the network at every place of a canvas with several digits, in one forward pass. Resolves to the
   * probabilities of each class at every place of the window, and the digits from left to right. Takes strokes as
   * `classifyDrawing` does, or `{pixels, height, width}`: bytes or floats 0..1, with digits about 20 pixels high as in
   * MNIST.
   */
  slide(writing: number[][][] | Writing): Promise<Slide>;
  /** Every tensor of parameters, named after its layer. */
  parameters(): Promise<NamedTensor[]>;
  setParameters(list: NamedTensor[]): Promise<void>;
  /** The mean loss over these training images and its gradients. */
  gradients(indices: number[]): Promise<{ loss: number; gradients: NamedTensor[] }>;
  /**
   * Trains a copy of the present network with a rate that grows from 1e-5 to 10, and with the present settings.
   * Suggests the rate to train with, or null if no rate makes the loss fall. The run continues meanwhile.
   */
  findLearningRate(): Promise<SweepResult>;
  /**
   * Trains members, which are networks with different seeds, one after the other until there are 2 to 9. Each is
   * trained to the end of its schedule and then predicts all test images. Existing members of this network count: 3 and
   * later 5 trains two more. A pause suspends it. A reset, another network or a loss that is not finite ends it, and
   * the promise rejects.
   */
  ensemble(wanted: { members: number }): Promise<EnsembleResult>;
  /**
   * The bytes of a file with the network and its run ("safetensors"), or with the network alone, for PyTorch ("network")
   * or other programs ("onnx").
   */
  save(format?: string): Promise<Uint8Array>;
  /**
   * Continues the run in such a file, or begins with its network alone. Resolves to what was assumed if the file does not
   * say what its layers are, as PyTorch's do not. Any other file is refused and changes nothing.
   */
  load(bytes: Uint8Array | ArrayBuffer): Promise<string | null>;
  /** Loads the trained LeNet-5 that comes with the page. */
  loadTrained(): Promise<void>;
}

/** The number of bytes by which the engine recognises a file. */
const FIRST_BYTES = 512;

/** The calls check their arguments, and are asynchronous: a refusal rejects the promise. */
export function consoleOf(client: Client): Console {
  return {
    get ready() {
      return client.ready;
    },
    configure: async (given) => client.call("configure", take("configure", given).configuration ?? {}),
    setBackend: async (given) => client.call("setBackend", take("setBackend", given).backend),
    compareBackends: () => client.call("compareBackends"),
    train: async (given) => client.call("train", take("train", given).goal),
    pause: () => client.call("pause"),
    reset: () => client.call("reset"),
    status: () => client.call("status"),
    evaluate: async (given) => client.call("evaluate", take("evaluate", given).split),
    classify: async (given) => client.call("classify", take("classify", given).pixels),
    async augment(...given) {
      const { pixels, options } = take("augment", ...given);
      const bytes = Uint8Array.from(pixels, (pixel) => Math.round(255 * pixel));
      return client.call("augmented", bytes, options?.first ?? 0, options?.count ?? 16);
    },
    classifyDrawing: async (given) => client.call("classifyDrawing", take("classifyDrawing", given).strokes),
    slide: async (given) => client.call("slide", take("slide", given).writing),
    parameters: () => client.call("parameters"),
    setParameters: async (given) => client.call("setParameters", take("setParameters", given).list),
    gradients: async (given) => client.call("gradients", take("gradients", given).indices),
    save: async (given) => client.call("save", take("save", given).format ?? "safetensors"),
    findLearningRate: () => client.call("findLearningRate"),
    ensemble: async (given) => client.call("ensemble", take("ensemble", given).wanted),
    async load(given) {
      const { bytes } = take("load", given);
      await client.call("checkFile", bytes.slice(0, FIRST_BYTES), bytes.length); // before all of them are copied
      return client.call("load", bytes);
    },
    loadTrained: () => client.call("loadTrained"),
  };
}
