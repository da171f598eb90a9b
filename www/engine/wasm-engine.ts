// The methods of the engine's wasm module (src/wasm/mod.rs), with the types that its generated declarations cannot tell.
import type { Crews } from "./crew";
import type {
  Backend,
  BenchTask,
  ChosenImage,
  ClassifiedDrawing,
  CurrentSetting,
  Description,
  EvaluationResult,
  GivenTensor,
  GivenWriting,
  Gradients,
  Layer,
  LayerDeclaration,
  Measured,
  NamedTensor,
  RunningSurvey,
  Slide,
  Snapshot,
  Split,
  Status,
  TestImage,
  TrainingGoal,
  Turn,
  UnitPlace,
  Value,
} from "./pkg/lenet";
import type { Configuration, Ensemble, Message, Opinion, RateCurve } from "./protocol";

export interface WasmEngine {
  /** One IDX file, unpacked. Throws an Error whose sentence names the byte and the reason. */
  load_data(name: string, bytes: Uint8Array): void;
  /** The next bytes of the training images, unpacked; after the other three files. */
  add_images(bytes: Uint8Array): void;
  /** That was all. */
  end_images(): void;
  /** Enough of them have arrived to begin. */
  can_train(): boolean;
  /** What the browser says of its WebGPU adapter, if it has one. */
  set_adapter(name: string, fallback: boolean): void;
  /** How many cores there are, and who hires workers for them. */
  set_crews(cores: number, crews: Crews): void;
  /** After all four files. A sentence, and nothing is changed, if the configuration is refused. */
  configure(configuration: Configuration): Promise<Description>;
  /** Moves the run to the backend it was configured for; with "auto" to the faster one. */
  settle(): Promise<void>;
  /** Moves the run and keeps it; a sentence if there is no such backend here. */
  set_backend(backend: Backend): Promise<void>;
  /** Measures both backends; the status tells. */
  compare(): Promise<void>;
  /** Measures a backend on a preset; the run is not touched. */
  bench(task: BenchTask): Promise<Measured>;
  set(name: string, value: Value): void;
  settings(): CurrentSetting[];
  /** What `run` works towards: nothing = the end of the schedule (again: another round), or steps or epochs from here. */
  start(goal?: TrainingGoal): void;
  pause(): void;
  /** Trains for about so long, and says what is left: nothing when the goal is reached, paused, diverged. */
  run(milliseconds: number): Turn;
  /** Resolves when `run` can do something again. */
  room(): Promise<void>;
  /** The next message; undefined when there is none. */
  take_message(): Message | undefined;
  reset(): void;
  status(): Promise<Status>;
  choose(chosen: ChosenImage): void;
  /** Its arithmetic is in every snapshot from now on. */
  inspect(unit: UnitPlace | null): void;
  /** All test images through the network, piece by piece. */
  survey(): Promise<RunningSurvey>;
  /** A sweep of learning rates, piece by piece; a sentence if the parameters are not finite any more. */
  find_rate(): Promise<{ run(milliseconds: number): boolean; result(): RateCurve; free(): void }>;
  /** Trains the members that are missing, as messages tell; a sentence if there cannot be so many. */
  begin_ensemble(members: number): void;
  forget_ensemble(): void;
  ensemble(): Ensemble;
  /** Of the chosen image. */
  opinion(): Opinion | null;
  /** A sentence if the list is no network. */
  describe(layers: Layer[]): Description;
  layer_kinds(): LayerDeclaration[];
  places(length: number, size: number, stride: number, padding: number): number;
  /** Takes the losses and evaluations since the last one with it. */
  snapshot(): Promise<Snapshot>;
  evaluate(split: Split): Promise<EvaluationResult>;
  /** 784 floats 0..1. */
  classify(pixels: Float32Array): Promise<Float32Array>;
  classify_drawing(strokes: number[][][]): Promise<ClassifiedDrawing>;
  /** Over strokes or, where there are none, over pixels 0..1. */
  slide(writing: GivenWriting): Promise<Slide>;
  parameters(): Promise<NamedTensor[]>;
  set_parameters(list: GivenTensor[]): Promise<void>;
  gradients(indices: Uint32Array): Promise<Gradients>;
  /** The network and its run as a safetensors file, or the network as "onnx"; a sentence for another format. */
  save(format: string): Promise<Uint8Array>;
  /** Goes on with what is in such a file; throws a sentence and changes nothing if it cannot be read. */
  load(bytes: Uint8Array): Description;
  test_labels(): Uint8Array;
  /** 784 bytes an image, one after the other. */
  augmented(pixels: Uint8Array, first: number, count: number): Uint8Array;
  expanded(pixels: Uint8Array): Uint8Array;
  test_image(index: number): TestImage;
}
