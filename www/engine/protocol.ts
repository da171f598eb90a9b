// The messages between the page and its worker. The engine's types come from its generated declarations.
import type {
  Backend,
  BenchTask,
  ChosenImage,
  CurrentSetting,
  Description,
  EnsembleResult,
  EnsembleState,
  EvaluationResult,
  FilterNumbers,
  Fit,
  GivenTensor,
  Gradients,
  Layer,
  LayerDeclaration,
  Limits,
  Measured,
  NamedTensor,
  Opinion,
  Preprocessing,
  ReadPicture,
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

/** Grey values, row by row: bytes, or numbers from 0 to 1. */
export type Pixels = Uint8Array | Float32Array | number[];

/** Several digits: strokes in the pad's format, or grey pixels row by row from 0 (paper) to 1 (ink). */
export type Writing = { strokes: number[][][] } | { pixels: Pixels; height: number; width: number };

/** The values of a configuration. Every value that is missing has its default. */
export interface Configuration {
  preset?: string;
  layers?: Layer[];
  /** Replaces the preprocessing in `layers`. */
  preprocessing?: Preprocessing | "none";
  backend?: Backend;
  workers?: number;
  /** Any setting by its name: seed, batch_size, learning_rate, … */
  [setting: string]: unknown;
}

/** The result of a task; `refused` is the reason why it could not be measured. */
export interface Bench {
  task: BenchTask;
  measured: Measured | null;
  refused: string | null;
}

/** The calls that the worker answers, with the types of their arguments and answers. */
export interface Calls {
  configure: (configuration: Configuration) => Description;
  /** Configures what a link asks for, without the parts that are refused. Answers with a sentence for each of those. */
  follow: (configuration: Configuration) => string[];
  /** Brings back the run that "replaced" reported last. */
  undo: () => void;
  /** Moves the run to a backend. Rejects "webgpu" if WebGPU cannot be used. */
  setBackend: (backend: Backend) => Status;
  /** Measures both backends on the present network. The result is in `status.choice.speeds`. */
  compareBackends: () => Status;
  bench: (task: BenchTask) => Measured;
  set: (name: string, value: Value) => void;
  settings: () => CurrentSetting[];
  /** Resolves when training ends or is paused. Without a goal it trains to the end of the schedule. */
  train: (goal?: TrainingGoal) => Status;
  pause: () => Status;
  /** Starts a new run with the same seed, and so from the same parameters. */
  reset: () => Status;
  status: () => Status;
  evaluate: (split: Split) => EvaluationResult;
  classify: (pixels: Pixels) => number[];
  classifyDrawing: (strokes: number[][][]) => { pixels: number[]; probabilities: number[] };
  /** Finds the digit, or the line of digits, in a picture: red, green, blue and opacity of each pixel, row by row. */
  readPicture: (rgba: Uint8Array, width: number, height: number) => ReadPicture;
  /** Applies the present network at every place of the writing. Rejects networks that cannot slide. */
  slide: (writing: Writing) => Slide;
  parameters: () => NamedTensor[];
  setParameters: (list: GivenTensor[]) => void;
  gradients: (indices: number[]) => Gradients;
  save: (format: string) => Uint8Array;
  /** Loads the network in a file, and its run if it has one. Resolves to what was assumed if the file does not say what its layers are. */
  load: (file: Uint8Array | Blob) => string | null;
  /** Rejects a file of this size whose first bytes or size tell that it is no network. */
  checkFile: (first: Uint8Array, size: number) => void;
  loadTrained: () => void;
  /** Reports that the last snapshot was drawn, and how many milliseconds after it the page wants the next one. */
  drawn: (rest: number) => void;
  /** Chooses the image of all following snapshots. The first of them follows at once. */
  choose: (chosen: ChosenImage) => void;
  /** Chooses the unit whose arithmetic is in all following snapshots; null chooses none. */
  inspect: (unit: UnitPlace | null) => void;
  /** Chooses what of the filters is in all following snapshots; null leaves them out. */
  showFilters: (numbers: FilterNumbers | null) => void;
  /** Predicts all test images with the present network. Training continues meanwhile. */
  survey: () => SurveyResult;
  /** Sweeps the learning rate with a copy of the present network. Training continues meanwhile. */
  findLearningRate: () => SweepResult;
  /** Trains members one after the other until there are `members`. */
  ensemble: (wanted: { members: number }) => EnsembleResult;
  /** Forgets all members. */
  forgetEnsemble: () => void;
  /** Describes the network of a list of layers, or rejects with the reason why they do not fit. Changes nothing. */
  describe: (layers: Layer[]) => Description;
  /** How a window fits along a side. Rejects with the reason if it has no place. */
  places: (length: number, size: number, stride: number, padding: number) => Fit;
  /** The labels of all test images. */
  testLabels: () => Uint8Array;
  /** These test images, each with 784 bytes and a label. */
  testImages: (indices: number[]) => TestImage[];
  /**
   * `count` augmented versions of an image of 784 bytes, which the run's seed determines. `first` is the number of the
   * first.
   */
  augmented: (pixels: Uint8Array, first: number, count: number) => Uint8Array[];
  /** `count` of the digits that a pen draws for `pen_share`, 784 bytes each. `first` is the number of the first. */
  drawings: (first: number, count: number) => Uint8Array[];
  /** The five images that `expand` makes from one. */
  expanded: (pixels: Uint8Array) => Uint8Array[];
}

export type Call = keyof Calls;
export type Arguments<C extends Call> = Parameters<Calls[C]>;
export type Answer<C extends Call> = ReturnType<Calls[C]>;

export type ToWorker = { [C in Call]: { id: number; call: C; arguments: Arguments<C> } }[Call];

export type FromWorker =
  | { type: "answer"; id: number; value: unknown }
  /** The reason why a call was refused. `layer` and `field` are set if the sentence is about one layer or field. */
  | { type: "refusal"; id: number; message: string; layer: number | null; field: string | null }
  /**
   * The bytes of the data files that have arrived; `total` is null if the server does not say. It continues after
   * "ready".
   */
  | { type: "loading"; received: number; total: number | null }
  /** All data has arrived. */
  | { type: "loaded" }
  | {
      type: "ready";
      description: Description;
      settings: CurrentSetting[];
      layerKinds: LayerDeclaration[];
      limits: Limits;
      trained: false;
    }
  /** A new run has begun, maybe of another network. `trained`: whether its parameters came from `loadTrained`. */
  | { type: "configured"; description: Description; settings: CurrentSetting[]; trained: boolean }
  | { type: "settings"; settings: CurrentSetting[] }
  | { type: "snapshot"; snapshot: Snapshot }
  /** The result of a sweep so far. */
  | { type: "rates"; curve: SweepResult }
  | { type: "ensemble"; ensemble: EnsembleState }
  | { type: "opinion"; opinion: Opinion | null }
  /** Whether the GPU's kernels are being compiled or backends are being compared. */
  | { type: "preparing"; busy: boolean }
  /** A run waits for training images before it can begin, and then is trained or not; null: it waits no longer. */
  | { type: "waiting"; waiting: { thenTrains: boolean } | null }
  /** Whether the run has been trained for so long without being saved that its reader would miss it. */
  | { type: "unsaved"; unsaved: boolean }
  /** A run that its reader would miss was replaced after so many steps and seconds of training. "undo" brings it back. */
  | { type: "replaced"; step: number; seconds: number }
  /** A sentence to show; the run continues. */
  | { type: "notice"; message: string }
  /** Nothing can continue. The sentence names the file or the step, and a remedy. */
  | { type: "failed"; message: string };
