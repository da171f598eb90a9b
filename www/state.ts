// The page's one typed state. Views read these signals and call `actions`; no view knows that there is a worker.
import { computed, signal } from "@preact/signals";
import type {
  Backend,
  CurrentSetting,
  Description,
  EnsembleState,
  EvaluationPoint,
  FilterNumbers,
  Fit,
  Layer,
  LayerDeclaration,
  Limits,
  NamedTensor,
  Opinion,
  Preprocessing,
  Slide,
  Status,
  SurveyResult,
  SweepResult,
  UnitPlace,
  View,
} from "./engine/pkg/lenet";
import type { Configuration, Writing } from "./engine/protocol";

/** The image that every view shows. */
export type Chosen =
  | { kind: "test"; index: number; label: number }
  /** Strokes as the pad took them; empty: an empty pad. Each point is [x, y] or [x, y, pressure 0..1], y down, in any scale. */
  | { kind: "drawing"; strokes: number[][][] }
  /** The digit in a picture that was opened, as the network receives it. */
  | { kind: "picture"; pixels: Uint8Array };

/** What can be on the pad. */
export type OnPad = Exclude<Chosen, { kind: "test" }>;

/** The points of one run's curves; `model/run.ts` adds to them and keeps them few enough to draw every frame. */
export interface Run {
  /** The run's number, its network, and the settings that distinguish it. */
  label: string;
  /** The number of mini-batches that each point is the mean of; it doubles when there are too many points to draw. */
  stride: number;
  step: number[];
  epoch: number[];
  seconds: number[];
  loss: number[];
  accuracy: number[];
  evaluations: EvaluationPoint[];
}

/** The unit the reader points at: layer −1 is the input. */
export type Unit = UnitPlace;

export interface Loading {
  received: number;
  total: number | null;
}

export const state = {
  /** The bytes of the data that have arrived; null once all have. Training may begin earlier. */
  loading: signal<Loading | null>({ received: 0, total: null }),
  description: signal<Description | null>(null),
  /** Every kind of layer that a network can have. */
  layerKinds: signal<LayerDeclaration[]>([]),
  /** Null before the engine is ready. */
  limits: signal<Limits | null>(null),
  /** The settings as the reader sees them: the latest change of each, whether the engine has answered or not. */
  settings: signal<CurrentSetting[]>([]),
  /** The settings as the engine has applied them. */
  appliedSettings: signal<CurrentSetting[]>([]),
  /** The settings before any change. */
  defaults: signal<CurrentSetting[]>([]),
  status: signal<Status | null>(null),
  /** Every snapshot replaces it as a whole. */
  view: signal<View | null>(null),
  /** The newest is the last, and it is the running one. The array is replaced when points are added. */
  runs: signal<Run[]>([]),
  chosen: signal<Chosen>({ kind: "test", index: 0, label: 7 }),
  /** What is on the pad, strokes in units of its side. It stays while a test image is chosen. */
  onPad: signal<OnPad>({ kind: "drawing", strokes: [] }),
  hovered: signal<Unit | null>(null),
  pinned: signal<Unit | null>(null),
  /** The network's predictions for all test images, when they were last computed; null if never in this run. */
  survey: signal<SurveyResult | null>(null),
  /** Whether a survey is in progress. */
  surveying: signal(false),
  /** The writing to read as a number: strokes in units of the paper's height, or an example's pixels. */
  writing: signal<Writing | null>(null),
  /** The result of the last slide over a writing, or the reason why the network cannot slide. */
  slide: signal<{ of: Writing; found: Slide } | { refused: string } | null>(null),
  /** The labels of all test images; null until a view needs them. */
  testLabels: signal<Uint8Array | null>(null),
  /** The last sweep of learning rates; null before the first sweep with this network. */
  rates: signal<SweepResult | null>(null),
  /** Whether a sweep is in progress. */
  sweeping: signal(false),
  ensemble: signal<EnsembleState>({ underWay: null, result: null }),
  /** The ensemble's prediction for the chosen image; null while the ensemble has no member. */
  opinion: signal<Opinion | null>(null),
  /** The reason, for people, why the page cannot go on. */
  failure: signal<string | null>(null),
  /** A sentence, for people, about what was refused. The page goes on. */
  notice: signal<string | null>(null),
  /** A run that another has replaced and that can be brought back: its step and seconds of training. */
  replaced: signal<{ step: number; seconds: number } | null>(null),
  /** Whether the run was trained for so long without being saved that the reader would miss it. */
  unsaved: signal(false),
  /** Whether a run waits for training images before it can begin, and then is trained. */
  waiting: signal<{ thenTrains: boolean } | null>(null),
  /** Whether the GPU's kernels are being compiled or the backends compared. */
  preparing: signal(false),
  /** Whether Train was pressed before the data arrived. Training then starts by itself. */
  eager: signal(false),
  /**
   * A description, for people, of the file that was opened last, the step of its run, and what was assumed because the
   * file does not say what its layers are. The words are shown only while `holds`.
   */
  opened: signal<{ step: number; words: string; assumed: string | null; holds?: () => boolean } | null>(null),
  /** Whether the parameters are those that come with the page, and not from a run of the reader's. */
  pretrained: signal(false),
  theme: signal<"light" | "dark">("light"),
};

/** The actions that a view can call. `page/actions.ts` implements them with the engine's client. */
export interface Actions {
  train(): void;
  pause(): void;
  step(): void;
  reset(): void;
  /** Brings back the run in `state.replaced`. */
  undo(): void;
  /** Starts another network. The settings that the reader changed stay as they are. */
  choosePreset(preset: string): void;
  configure(configuration: Configuration): void;
  /** Starts a network of these layers. The settings that the reader changed stay as they are. */
  configureLayers(layers: Layer[]): void;
  /** Starts the same network with another preprocessing. */
  preprocess(kind: Preprocessing | "none"): void;
  /** All parameters of the network, those that do not learn included. */
  parameters(): Promise<NamedTensor[]>;
  set(name: string, value: number | string | boolean): void;
  /** Moves the run to another backend. */
  setBackend(backend: Backend): void;
  /** Measures the speed of both backends. */
  compareBackends(): void;
  choose(chosen: Chosen): void;
  /** Chooses a test image by its index; its label is looked up. */
  chooseTest(index: number): void;
  testImages(indices: number[]): Promise<{ pixels: Uint8Array; label: number }[]>;
  /** `count` augmented versions of an image, which the run's seed determines. `first` is the number of the first. */
  augmented(pixels: Uint8Array, first: number, count: number): Promise<Uint8Array[]>;
  /** `count` of the digits that a pen draws for `pen_share`. `first` is the number of the first. */
  drawings(first: number, count: number): Promise<Uint8Array[]>;
  /** The five images that the setting `expand` makes of one. */
  expanded(pixels: Uint8Array): Promise<Uint8Array[]>;
  /** Shows this unit's arithmetic in every snapshot from now on. */
  inspect(unit: Unit | null): void;
  /** Shows this of the filters in every snapshot from now on; null leaves them out. */
  showFilters(numbers: FilterNumbers | null): void;
  /** Predicts all test images and sets `state.survey`. */
  survey(): void;
  /** Slides the present network over this writing and sets `state.slide`. Of the calls during a slide only the last counts. */
  slide(writing: Writing): void;
  /** Fetches `state.testLabels` unless they are there. */
  needTestLabels(): void;
  /** Sweeps the learning rate and sets `state.rates`. */
  findLearningRate(): void;
  /** Trains more members until there are this many, and sets `state.ensemble`. */
  trainEnsemble(members: number): void;
  forgetEnsemble(): void;
  /** The network that a list of layers would make. Rejects with the engine's refusal. */
  describe(layers: Layer[]): Promise<Description>;
  /** How a window fits along a side. Rejects with the reason if it has no place. */
  places(length: number, size: number, stride: number, padding: number): Promise<Fit>;
  loadTrained(): void;
  /** Downloads the run as a file. */
  saveRun(): void;
  /** Downloads the network without its run, for PyTorch ("network") or as ONNX. */
  saveNetwork(format: "network" | "onnx"): void;
  /** Opens the first of some files, of any kind: continues the run in it, or begins a run with its network. */
  openFiles(files: File[]): void;
  clearOldRuns(): void;
  /** Starts a new worker after a failure and fetches the data again. */
  tryAgain(): void;
}

/** `main.tsx` fills it before the first view is drawn. */
export const actions = {} as Actions;

/** The size of the images, which is MNIST's until the engine has described its network. */
export const imageSize = computed(() => state.description.value?.input ?? { height: 28, width: 28 });

/** The number of test images. */
export const TEST_IMAGES = 10_000;
