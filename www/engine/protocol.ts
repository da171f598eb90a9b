// The messages between the page and its worker. Types of the engine come from its generated declarations.
import type {
  Backend,
  BenchTask,
  ChosenImage,
  CurrentSetting,
  Description,
  EnsembleResult,
  EnsembleState,
  EvaluationResult,
  GivenTensor,
  Gradients,
  Layer,
  LayerDeclaration,
  Limits,
  Measured,
  NamedTensor,
  Opinion,
  Preprocessing,
  Slide,
  Snapshot,
  Split,
  Status,
  SurveyResult,
  SweepResult,
  TestImage,
  TrainingGoal,
  UnitPlace,
  Value,
} from "./pkg/lenet";

/** Grey values row by row: bytes, or numbers from 0 to 1. */
export type Pixels = Uint8Array | Float32Array | number[];

/** Several digits: strokes as the pad has them, or grey pixels row by row, 0 paper, 1 ink. */
export type Writing = { strokes: number[][][] } | { pixels: Pixels; height: number; width: number };

/** Everything that may be configured at once; what is left out keeps its default. */
export interface Configuration {
  preset?: string;
  layers?: Layer[];
  /** Put before the layers, in place of what stands there. */
  preprocessing?: Preprocessing | "none";
  backend?: Backend;
  workers?: number;
  /** Any setting by its name: seed, batch_size, learning_rate, … */
  [setting: string]: unknown;
}

/** A task done; `refused`: why it could not be measured. */
export interface Bench {
  task: BenchTask;
  measured: Measured | null;
  refused: string | null;
}

/** The calls the worker answers: method name → arguments and answer. */
export interface Calls {
  configure: (configuration: Configuration) => Description;
  /** Moves the run as it is; refuses "webgpu" where there is none. */
  setBackend: (backend: Backend) => Status;
  /** Measures both backends on this network: `status.choice.speeds`. */
  compareBackends: () => Status;
  bench: (task: BenchTask) => Measured;
  set: (name: string, value: Value) => void;
  settings: () => CurrentSetting[];
  /** Resolves when done or paused. No argument: to the end of the schedule. */
  train: (goal?: TrainingGoal) => Status;
  pause: () => Status;
  /** The same seed, the same start. */
  reset: () => Status;
  status: () => Status;
  evaluate: (split: Split) => EvaluationResult;
  classify: (pixels: Pixels) => number[];
  classifyDrawing: (strokes: number[][][]) => { pixels: number[]; probabilities: number[] };
  /** Slides over the writing with the network as it is now; refuses with a sentence where it cannot. */
  slide: (writing: Writing) => Slide;
  parameters: () => NamedTensor[];
  setParameters: (list: GivenTensor[]) => void;
  gradients: (indices: number[]) => Gradients;
  save: (format: string) => Uint8Array;
  load: (bytes: Uint8Array) => void;
  loadTrained: () => void;
  /** The last snapshot is on the screen, and so long it took the page's thread: the next ones come accordingly. */
  drawn: (milliseconds: number) => void;
  /** Follow this image in every snapshot from now on; a snapshot comes at once. */
  choose: (chosen: ChosenImage) => void;
  /** Show the arithmetic of this unit in every snapshot from now on; null: of none. */
  inspect: (unit: UnitPlace | null) => void;
  /** All test images through the network as it is now; training goes on meanwhile. */
  survey: () => SurveyResult;
  /** Sweeps the learning rate with a copy of the network as it is now; training goes on meanwhile. */
  findLearningRate: () => SweepResult;
  /** Trains the members that are missing to so many, one after the other. */
  ensemble: (wanted: { members: number }) => EnsembleResult;
  /** Begins without members. */
  forgetEnsemble: () => void;
  /** What a list of layers would be as a network; refuses it with a sentence. Changes nothing. */
  describe: (layers: Layer[]) => Description;
  /** (length − size + 2·padding)/stride + 1, or why it does not fit. */
  places: (length: number, size: number, stride: number, padding: number) => number;
  /** The labels of all test images. */
  testLabels: () => Uint8Array;
  /** Test images: 784 bytes and the label each. */
  testImages: (indices: number[]) => TestImage[];
  /** An image of 784 bytes as training would change it, `count` times, from change number `first` of the seed on. */
  augmented: (pixels: Uint8Array, first: number, count: number) => Uint8Array[];
  /** The five that `expand` makes of it. */
  expanded: (pixels: Uint8Array) => Uint8Array[];
}

export type Call = keyof Calls;
export type Arguments<C extends Call> = Parameters<Calls[C]>;
export type Answer<C extends Call> = ReturnType<Calls[C]>;

export type ToWorker = { [C in Call]: { id: number; call: C; arguments: Arguments<C> } }[Call];

export type FromWorker =
  | { type: "answer"; id: number; value: unknown }
  /** Why a call was refused; `layer` and `field`: what the sentence is about, if it is one layer or field. */
  | { type: "refusal"; id: number; message: string; layer: number | null; field: string | null }
  /** Bytes of the data files so far; `total` null where the server does not say. After "ready" the rest streams in. */
  | { type: "loading"; received: number; total: number | null }
  /** All data is there. */
  | { type: "loaded" }
  | {
      type: "ready";
      description: Description;
      settings: CurrentSetting[];
      layerKinds: LayerDeclaration[];
      limits: Limits;
      trained: false;
    }
  /** A fresh start: another network, or the same after a reset; `trained` if its parameters came from `loadTrained`. */
  | { type: "configured"; description: Description; settings: CurrentSetting[]; trained: boolean }
  | { type: "settings"; settings: CurrentSetting[] }
  | { type: "snapshot"; snapshot: Snapshot }
  /** A sweep goes on. */
  | { type: "rates"; curve: SweepResult }
  | { type: "ensemble"; ensemble: EnsembleState }
  | { type: "opinion"; opinion: Opinion | null }
  /** The GPU's kernels are being compiled, or backends compared. */
  | { type: "preparing"; busy: boolean }
  /** Something happened that is to be told; the run goes on. */
  | { type: "notice"; message: string }
  /** Nothing can go on: which file or step, and what to do. */
  | { type: "failed"; message: string };
