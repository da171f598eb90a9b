// What the page and its worker say to each other, and the shapes of what the engine tells.
// Names are the engine's own (snake_case where Rust's serde or a setting's name shows through).

/** Height and width in pixels or units; a dense layer is channels×1×1. */
export interface Shape {
  channels: number;
  height: number;
  width: number;
}

export type Activation = "relu" | "leaky_relu" | "tanh" | "scaled_tanh" | "sigmoid" | "none";

export type PoolKind = "max" | "average" | "l2";

export type Preprocessing = "center" | "standardize" | "whiten";

/** One entry of a network's list of layers, as the engine's `Layer`. */
export type Layer =
  | {
      type: "conv";
      filters: number;
      size: number;
      stride: number;
      padding: number;
      activation: Activation;
      /** Which maps each filter sees; all, if not said. */
      connections?: "all" | "lecun1998";
    }
  | { type: "pool"; kind: PoolKind; size: number; stride: number }
  | { type: "dense"; units: number; activation: Activation }
  | { type: "subsample"; size: number; activation: Activation }
  /** With numbers that come from the training images. */
  | { type: "preprocess"; kind: Preprocessing }
  /** Paper around the image, which is scaled from 0..1 to paper..ink. */
  | { type: "frame"; border: number; paper: number; ink: number }
  | { type: "rbf" }
  | { type: "dropout"; rate: number }
  | { type: "prelu" }
  | { type: "rrelu" };

/** A layer in its place: what the engine's `Plan` says of it. */
export interface PlannedLayer {
  /** C1, S2, C3, S4, C5, F6, Output; before them Preprocess and Frame. */
  name: string;
  layer: Layer;
  input: Shape;
  output: Shape;
  /** How many weights and biases learn; 0 for a pooling layer. */
  parameters: number;
  /** For each filter the maps it sees, where a table says so; else empty. */
  sees: number[][];
  /** Products in a forward pass of one image; 0 for a pooling layer. */
  multiply_adds: number;
  /** The window through which a unit sees its input; null: it sees all of it. */
  window: { size: number; stride: number; padding: number } | null;
  /** Whether a unit sees only the map in its own place. */
  stays_in_map: boolean;
  /** Whether a unit sees only the number in its own place. */
  elementwise: boolean;
  /** What is applied to the pre-activations. */
  activation: Activation;
  /** Whether it has parameters that learn. */
  learns: boolean;
  /** How many numbers each unit sums over, without the bias. */
  fan_in: number;
}

/** A network as it is being trained: what `configure` answers. */
export interface Description {
  /** "lenet5", "lenet5_1998", "nielsen1", "nielsen2" or "custom". */
  preset: string;
  input: Shape;
  /** How many classes there are, and so logits. */
  classes: number;
  layers: PlannedLayer[];
  parameters: number;
}

/** Which values a setting or a layer's field takes. */
export type SettingKind =
  | { type: "number"; min: number; max: number; integer: boolean; logarithmic: boolean }
  | { type: "choice"; options: { value: string; label: string }[] }
  | { type: "flag" };

/** A field of a kind of layer, as the engine declares it. */
export interface LayerField {
  name: string;
  label: string;
  help: string;
  kind: SettingKind;
  default: number | string;
}

/** A kind of layer, as the engine declares it: the page builds its editor from this. */
export interface LayerKind {
  type: Layer["type"];
  label: string;
  help: string;
  /** Where in a list it may stand. */
  place: "first" | "anywhere" | "last";
  fields: LayerField[];
}

/** A hyperparameter as the engine declares it: the page builds its controls from this. */
export interface Setting {
  name: string;
  label: string;
  /** One line: what it does. */
  help: string;
  /** When a change takes effect. */
  applies: "next_step" | "reset";
  value: number | string | boolean;
  kind: SettingKind;
}

export type Split = "train" | "validation" | "test";

/** `loading` and `failed` are the worker's; the others the trainer's. */
export type Phase = "loading" | "ready" | "training" | "paused" | "finished" | "diverged" | "failed";

export type Backend = "auto" | "cpu" | "webgpu";

/** Which backend was asked for, and why the one in `Status` trains. */
export interface Choice {
  wanted: Backend;
  adapter: string | null;
  /** Images a second in training this network, where they were measured. */
  speeds: { cpu: number; webgpu: number } | null;
  why: string;
}

export interface Status {
  phase: Phase;
  backend: "cpu" | "webgpu";
  /** For people: "CPU · SIMD · 1 worker". */
  backend_label: string;
  adapter: string | null;
  choice: Choice;
  workers: number;
  preset: string;
  seed: number;
  /** Mini-batches done since the last reset. */
  step: number;
  /** Epochs done, with the fraction of the one under way. */
  epoch: number;
  /** Where the schedule ends. */
  epochs: number;
  steps_per_epoch: number;
  /** Over about the last second of training; 0 while not training. */
  images_per_second: number;
  /** Mean over about the last 50 mini-batches; null before the first step. */
  train_loss: number | null;
  train_accuracy: number | null;
  /** The latest evaluation of each split; null before there is one. */
  validation_accuracy: number | null;
  test_accuracy: number | null;
  /** What the schedule gives for the next step. */
  learning_rate: number;
  /** What the run trains on, by digit. */
  digits: DigitShare[];
  /** Why it diverged or failed, for people; null otherwise. */
  message: string | null;
}

/** A digit among a run's training images. */
export interface DigitShare {
  /** How many there are; expanded, each image counts five times. */
  samples: number;
  /** How many an epoch draws. */
  drawn: number;
  /** What the loss of each weighs. */
  weight: number;
}

/** One evaluation on a split, made as training went on. */
export interface Evaluation {
  split: Split;
  step: number;
  epoch: number;
  /** Seconds of training when it was made. */
  seconds: number;
  /** How many images it was made on: part of the validation set within an epoch, whole splits at an epoch's end. */
  images: number;
  loss: number;
  accuracy: number;
  /** Rows are labels, columns what the network predicted. */
  confusion: number[][];
}

/** What changed since the last snapshot: one transferable message about every 50 ms. */
export interface Snapshot {
  /** Counts resets: what was drawn of an earlier run is to be archived when this changes. */
  run: number;
  status: Status;
  /** Mean loss of each mini-batch since the last snapshot, and the step (1-based) of the first of them. */
  losses: { first_step: number; loss: Float32Array; accuracy: Float32Array; seconds: Float32Array };
  evaluations: Evaluation[];
  view: View;
}

/** The running network as the views draw it, for the chosen image. */
export interface View {
  /** 784 grey values 0..1, as the network gets them. */
  input: Float32Array;
  /** One per layer, channels × height × width: before the activation; where there is none, the same array as after it. */
  pre_activations: Float32Array[];
  /** After the activation (the last: logits). */
  activations: Float32Array[];
  /** Ten, of the chosen image. */
  probabilities: Float32Array;
  /** Per convolution layer, by its index in `layers`: [filters, channels, size, size]; `change` is since the start. */
  filters: { layer: number; weights: Float32Array; gradients: Float32Array; change: Float32Array }[];
  /** Of the unit that was asked for with `inspect`. */
  inspected: Inspected | null;
}

/** A unit of a layer's output. */
export interface UnitPlace {
  layer: number;
  channel: number;
  y: number;
  x: number;
}

/** The arithmetic of one unit, forwards and backwards. */
export interface Inspected extends UnitPlace {
  /** What it sees: all of a dense layer's input, one map's window of a pooling layer. */
  window: Shape;
  /** The window's first channel, row and column in the layer's input; negative in the padding. */
  corner: [number, number, number];
  /** channels × height × width of the window; zero in the padding. */
  inputs: Float32Array;
  /** In the same order; empty for pooling. */
  weights: Float32Array;
  bias: number;
  pre_activation: number;
  activation: number;
  /** What the loss is reckoned with: the image's label, or for a drawing (`assumed`) what the network says. */
  label: number;
  assumed: boolean;
  loss: number;
  /** The derivatives of that loss by the unit's activation and its sum. */
  d_activation: number;
  d_pre_activation: number;
  /** Null for pooling. */
  change: {
    /** The derivatives by the weights and the bias, from all places of the filter. */
    gradients: Float32Array;
    bias_gradient: number;
    /** After the update that a mini-batch of this image alone would make now. */
    weights: Float32Array;
    bias: number;
  } | null;
}

/** A look at all test images with the parameters of one step. */
export interface Survey {
  step: number;
  /** What each was read as. */
  predicted: Uint8Array;
  /** The probability of that. */
  confidence: Float32Array;
  /** By layer and channel: the nine images that excite it most, strongest first, and the unit that does. */
  strongest: { image: number; value: number; y: number; x: number }[][][];
}

/** Several digits: strokes as the pad has them, or grey pixels row by row, 0 paper, 1 ink. */
export type Writing =
  | { strokes: number[][][] }
  | { pixels: Uint8Array | Float32Array | number[]; height: number; width: number };

/** The network over a whole canvas in one forward pass. */
export interface Slide {
  /** The canvas as the network got it. */
  height: number;
  width: number;
  pixels: Float32Array;
  /** Where a drawing lies on it: pixel = (point − corner)·scale. */
  scale: number;
  corner: [number, number];
  /** Side of the window, and pixels from one place of it to the next. */
  window: number;
  stride: number;
  /** Places of the window from top to bottom and from left to right. */
  rows: number;
  columns: number;
  /** [class][row][column]: the probability of each digit in the window whose corner is at (row·stride, column·stride). */
  scores: Float32Array;
  /** Read off from left to right. */
  digits: SlideDigit[];
}

export interface SlideDigit {
  label: number;
  probability: number;
  /** Its place in the score map, and that window's corner in pixels. */
  row: number;
  column: number;
  x: number;
  y: number;
  /** The columns of its ink: from and up to. */
  left: number;
  right: number;
}

/** The image that every view shows. */
export type Chosen =
  | { kind: "test"; index: number; label: number }
  /** Strokes as the pad took them; empty means an empty pad. Each point is [x, y] or [x, y, pressure 0..1], y down, any scale. */
  | { kind: "drawing"; strokes: number[][][] };

export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

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

export interface EvaluationResult {
  loss: number;
  accuracy: number;
  /** Rows are labels, columns what the network predicted. */
  confusion: number[][];
}

/** What the bench is to measure: for so many seconds each size of mini-batch. */
export interface BenchTask {
  preset: string;
  backend: "cpu" | "webgpu";
  /** Of the CPU; as many as there are cores if not said. */
  workers?: number;
  batch_sizes: number[];
  seconds: number;
}

/** How fast a backend trains a network: the engine's `bench::Measured`. */
export interface Measured {
  adapter: string | null;
  workers: number;
  /** Floating-point operations a second in a plain matrix product: 512³ on a GPU, 256³ on one thread of the CPU. */
  product_rate: number;
  seconds_to_compile: number;
  lines: BenchLine[];
}

/** A task done; `refused`: why it could not be measured. */
export interface Bench {
  task: BenchTask;
  measured: Measured | null;
  refused: string | null;
}

export interface BenchLine {
  batch_size: number;
  images_per_second: number;
  /** A mini-batch. */
  dispatches: number;
  submits: number;
  bytes_read: number;
  /** Floating-point operations a second. */
  flops: number;
  /** Of a GPU, or the operations of one thread; `seconds` null where the adapter has no clock. */
  kernels: { name: string; seconds: number | null; flop: number; bytes: number; groups: number }[];
  /** A step's seconds on other hardware, on paper. */
  predictions: { hardware: string; seconds: number }[];
}

/** A sweep of learning rates so far: one number of each for each mini-batch. */
export interface RateCurve {
  /** Growing geometrically. */
  rates: Float32Array;
  /** Mean loss of each mini-batch, before its step. */
  losses: Float32Array;
  /** Their exponential mean. */
  smoothed: Float32Array;
  /** The rate to train with; null before the end, and where no rate made the loss fall. */
  suggestion: number | null;
  /** 0 to 1; 1 at the end. */
  progress: number;
}

/** Networks that differ in their seed, and what they come to together on the test images; accuracies are shares. */
export interface EnsembleResult {
  seeds: number[];
  /** Of each. */
  accuracies: number[];
  /** Of the mean of their probabilities. */
  mean: number;
  /** Of what most of them say; of equally many votes the digit that the mean gives more to. */
  vote: number;
  /** The images that every member gets wrong, and what each predicted. */
  allWrong: { image: number; label: number; predicted: number[] }[];
}

export interface Ensemble {
  /** The member that is being trained, or reads the test images, on the way to so many. */
  underWay: { wanted: number; seed: number; reading: boolean } | null;
  /** Of the members there are; null while there is none. */
  result: EnsembleResult | null;
}

/** What an ensemble says of the chosen image. */
export interface Opinion {
  /** The mean of the members'. */
  probabilities: Float32Array;
  /** By each. */
  predicted: number[];
}

/** The calls the worker answers: method name → arguments and answer. */
export interface Calls {
  configure: (configuration: Configuration) => Description;
  /** Moves the run as it is; refuses "webgpu" where there is none. */
  setBackend: (backend: Backend) => Status;
  /** Measures both backends on this network: `status.choice.speeds`. */
  compareBackends: () => Status;
  bench: (task: BenchTask) => Measured;
  set: (name: string, value: number | string | boolean) => void;
  settings: () => Setting[];
  /** Resolves when done or paused. No argument: to the end of the schedule. */
  train: (goal?: { steps?: number; epochs?: number }) => Status;
  pause: () => Status;
  /** The same seed, the same start. */
  reset: () => Status;
  status: () => Status;
  evaluate: (split: Split) => EvaluationResult;
  classify: (pixels: Uint8Array | Float32Array | number[]) => number[];
  classifyDrawing: (strokes: number[][][]) => { pixels: number[]; probabilities: number[] };
  /** Slides over the writing with the network as it is now; refuses with a sentence where it cannot. */
  slide: (writing: Writing) => Slide;
  parameters: () => NamedTensor[];
  setParameters: (list: NamedTensor[]) => void;
  gradients: (indices: number[]) => { loss: number; gradients: NamedTensor[] };
  save: (format: string) => Uint8Array;
  load: (bytes: Uint8Array) => void;
  loadTrained: () => void;
  /** The last snapshot is on the screen, and so long it took the page's thread: the next ones come accordingly. */
  drawn: (milliseconds: number) => void;
  /** Follow this image in every snapshot from now on; a snapshot comes at once. */
  choose: (chosen: Chosen) => void;
  /** Show the arithmetic of this unit in every snapshot from now on; null: of none. */
  inspect: (unit: UnitPlace | null) => void;
  /** All test images through the network as it is now; training goes on meanwhile. */
  survey: () => Survey;
  /** Sweeps the learning rate with a copy of the network as it is now; training goes on meanwhile. */
  findLearningRate: () => RateCurve;
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
  testImages: (indices: number[]) => { pixels: Uint8Array; label: number }[];
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
  | { type: "refusal"; id: number; message: string }
  /** Bytes of the data files so far; `total` null where the server does not say. After "ready" the rest streams in. */
  | { type: "loading"; received: number; total: number | null }
  /** All data is there. */
  | { type: "loaded" }
  | { type: "ready"; description: Description; settings: Setting[]; layerKinds: LayerKind[]; trained: false }
  /** A fresh start: another network, or the same after a reset; `trained` if its parameters came from `loadTrained`. */
  | { type: "configured"; description: Description; settings: Setting[]; trained: boolean }
  | { type: "settings"; settings: Setting[] }
  | { type: "snapshot"; snapshot: Snapshot }
  /** A sweep goes on. */
  | { type: "rates"; curve: RateCurve }
  | { type: "ensemble"; ensemble: Ensemble }
  | { type: "opinion"; opinion: Opinion | null }
  /** The GPU's kernels are being compiled, or backends compared. */
  | { type: "preparing"; busy: boolean }
  /** Something happened that is to be told; the run goes on. */
  | { type: "notice"; message: string }
  /** Nothing can go on: which file or step, and what to do. */
  | { type: "failed"; message: string };
