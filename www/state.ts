// The page's one typed state. Views read these signals and call `actions`; none knows that there is a worker.
import { signal } from "@preact/signals";
import type {
  Backend,
  Chosen,
  Configuration,
  Description,
  Ensemble,
  Evaluation,
  Layer,
  LayerKind,
  NamedTensor,
  Opinion,
  Preprocessing,
  RateCurve,
  Setting,
  Slide,
  Status,
  Survey,
  UnitPlace,
  View,
  Writing,
} from "./engine/protocol";

/** The points of one run's curves; `model/run.ts` adds to them and keeps them few enough to draw every frame. */
export interface Run {
  /** "run 1", and what set it apart. */
  label: string;
  /** How many mini-batches each point is the mean of: doubles when there are too many points to draw. */
  stride: number;
  step: number[];
  epoch: number[];
  seconds: number[];
  loss: number[];
  accuracy: number[];
  evaluations: Evaluation[];
}

/** The unit the reader points at: layer −1 is the input. */
export type Unit = UnitPlace;

export interface Loading {
  received: number;
  total: number | null;
}

export const state = {
  /** Bytes of the data so far; null once all of it is there. Training may begin before. */
  loading: signal<Loading | null>({ received: 0, total: null }),
  description: signal<Description | null>(null),
  /** Every kind of layer that a network can have. */
  layerKinds: signal<LayerKind[]>([]),
  settings: signal<Setting[]>([]),
  /** The settings as they were before anything was changed. */
  defaults: signal<Setting[]>([]),
  status: signal<Status | null>(null),
  /** Replaced whole by each snapshot. */
  view: signal<View | null>(null),
  /** Newest last; the last is the running one. Replaced (new array) when points were added. */
  runs: signal<Run[]>([]),
  chosen: signal<Chosen>({ kind: "test", index: 0, label: 7 }),
  /** What is on the pad, in units of its side, also while a test image is chosen. */
  drawing: signal<number[][][]>([]),
  hovered: signal<Unit | null>(null),
  pinned: signal<Unit | null>(null),
  /** The last look at all test images; null before there was one of this run. */
  survey: signal<Survey | null>(null),
  /** One is under way. */
  surveying: signal(false),
  /** What is to be read as a number: strokes in units of the paper's height, or an example's pixels; null before any. */
  writing: signal<Writing | null>(null),
  /** The last slide over a writing, or why the network cannot slide. */
  slide: signal<{ of: Writing; found: Slide } | { refused: string } | null>(null),
  /** Of all test images, once somebody has asked. */
  testLabels: signal<Uint8Array | null>(null),
  /** The last sweep of learning rates; null before there was one of this network. */
  rates: signal<RateCurve | null>(null),
  /** One is under way. */
  sweeping: signal(false),
  ensemble: signal<Ensemble>({ underWay: null, result: null }),
  /** What the ensemble says of the chosen image; null while it has no member. */
  opinion: signal<Opinion | null>(null),
  /** Why nothing can go on, for people. */
  failure: signal<string | null>(null),
  /** What was just refused and why, for people; the page goes on. */
  notice: signal<string | null>(null),
  /** The GPU's kernels are being compiled, or backends compared. */
  preparing: signal(false),
  /** Train was pressed before the data was there: training starts by itself when it is. */
  eager: signal(false),
  /** What the file is that was opened last, for people, and the step its run is at. */
  opened: signal<{ step: number; words: string } | null>(null),
  /** The parameters on show came ready-trained, not from a run of the reader's. */
  pretrained: signal(false),
  theme: signal<"light" | "dark">("light"),
};

/** What a view may ask for; `page/actions.ts` makes them from the engine's client. */
export interface Actions {
  train(): void;
  pause(): void;
  step(): void;
  reset(): void;
  /** Another network; the settings that the reader changed stay as they are. */
  choosePreset(preset: string): void;
  configure(configuration: Configuration): void;
  /** A network of these layers; the settings that the reader changed stay as they are. */
  configureLayers(layers: Layer[]): void;
  /** The same network with another preprocessing. */
  preprocess(kind: Preprocessing | "none"): void;
  /** Every number the network has learned, or multiplies with. */
  parameters(): Promise<NamedTensor[]>;
  set(name: string, value: number | string | boolean): void;
  /** Another backend for the same run. */
  setBackend(backend: Backend): void;
  /** Measures both backends. */
  compareBackends(): void;
  choose(chosen: Chosen): void;
  /** Chooses a test image by its index; its label is looked up. */
  chooseTest(index: number): void;
  testImages(indices: number[]): Promise<{ pixels: Uint8Array; label: number }[]>;
  /** An image as training would change it, from the seed's change number `first` on. */
  augmented(pixels: Uint8Array, first: number, count: number): Promise<Uint8Array[]>;
  /** The five that the setting `expand` makes of it. */
  expanded(pixels: Uint8Array): Promise<Uint8Array[]>;
  /** Follows this unit's arithmetic. */
  inspect(unit: Unit | null): void;
  /** Looks at all test images: `state.survey`. */
  survey(): void;
  /** Slides over this writing with the network as it is: `state.slide`. While it does, only the latest is remembered. */
  slide(writing: Writing): void;
  /** Fetches `state.testLabels`, once. */
  needTestLabels(): void;
  /** Sweeps the learning rate: `state.rates`. */
  findLearningRate(): void;
  /** Trains what is missing to so many members: `state.ensemble`. */
  trainEnsemble(members: number): void;
  forgetEnsemble(): void;
  /** What a list of layers would be as a network; rejects with the engine's sentence. */
  describe(layers: Layer[]): Promise<Description>;
  /** In how many places a window stands along a side; rejects with why it does not fit. */
  places(length: number, size: number, stride: number, padding: number): Promise<number>;
  loadTrained(): void;
  /** Hands the run to the reader as a file. */
  saveRun(): void;
  /** Goes on with the run in a file, or begins one with the network in it. */
  openRun(file: File): void;
  clearOldRuns(): void;
  /** After a failure: a fresh worker, the data fetched again. */
  tryAgain(): void;
}

/** Filled by `main.tsx` before the first view is drawn. */
export const actions = {} as Actions;

/** How many test images there are to choose from. */
export const TEST_IMAGES = 10_000;
