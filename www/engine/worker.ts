// The dedicated worker: owns the engine, trains in short turns and answers the page's calls between them.
import trained from "../../assets/lenet5.safetensors?url";
import { adapter } from "./adapter";
import { Crews } from "./crew";
import { fetchParts, fetchWhole, SMALL, Sum, sentence, TRAIN_IMAGES } from "./data";
import { EnsembleTrainer } from "./ensemble";
import init, { type Description, Engine, type Snapshot, type Status, type TrainingGoal, Turn } from "./pkg/lenet.js";
import type { Answer, Arguments, Call, Configuration, FromWorker, ToWorker } from "./protocol";
import { refusalOf } from "./refusal";
import type { WasmEngine } from "./wasm-engine";

/** How long one turn of training lasts: a call waits for at most so long. */
const TURN_MS = 12;
/** The same while images arrive, which are unpacked between turns. */
const ARRIVING_TURN_MS = 4;
/** How long after a broken line the images are asked for again. */
const RETRY_MS = 3000;
/** So often in vain, then it fails. */
const MAX_TRIES = 20;
/** How often a snapshot leaves for the page while training, at most. */
const SNAPSHOT_MS = 50;
/** Of the time the page draws in one part and does nothing in seven: where there are few cores it trains there. */
const DRAWING_SHARE = 1 / 8;
/** How often where the page does not say that it has drawn, for it is in the background. */
const UNSEEN_MS = 1000;

type Method<C extends Call> = (...given: Arguments<C>) => Answer<C> | Promise<Answer<C>>;

let engine: WasmEngine;
let description: Description;

/** All data is there; before that one may train already. */
const loaded = Promise.withResolvers<void>();
let isLoaded = false;
/** Calls wait for this, so none that comes early is lost. */
const started = start();
started.catch((error) => post({ type: "failed", message: sentence(error) }));

async function start(): Promise<void> {
  // The module is compiled while the data is on its way.
  const compiled = init().catch((error) => {
    throw new Error(
      `This browser cannot run the engine (${sentence(error)}): a current Chrome, Edge, Firefox or Safari can`,
    );
  });
  compiled.catch(() => {}); // awaited below; until then it is not "unhandled"
  const found = adapter();
  const sum = new Sum([...SMALL, TRAIN_IMAGES], (received, total) => post({ type: "loading", received, total }));
  const small = await Promise.all(
    SMALL.map(async (file) => ({ ...file, bytes: await fetchWhole(file, sum.of(file)) })),
  );
  await compiled;
  engine = new Engine() as unknown as WasmEngine;
  for (const { name, file, bytes } of small) use(name, file, () => engine.load_data(name, bytes));
  // Not before the others have come: they would share the line with it.
  const enough = Promise.withResolvers<void>();
  receiveImages(sum, enough.resolve).catch((error) => {
    enough.reject(error);
    // Before that, it is said below.
    started.then(
      () => post({ type: "failed", message: sentence(error) }),
      () => {},
    );
  });
  engine.set_crews(navigator.hardwareConcurrency, new Crews());
  const gpu = await found;
  if (gpu !== null) engine.set_adapter(gpu.name, gpu.fallback);
  description = await engine.configure({});
  await enough.promise;
  post({ type: "ready", description, settings: engine.settings(), layerKinds: engine.layer_kinds(), trained: false });
  await sendSnapshot();
  // The page is ready on the CPU; if a GPU turns out to be faster the run moves there, whatever it is doing by then.
  loaded.promise.then(() => preparing(engine.settle()));
}

/** Brings the training images as they come; `enough` is called when it may begin. A line that breaks later is tried again. */
async function receiveImages(sum: Sum, enough: () => void): Promise<void> {
  const { name, file } = TRAIN_IMAGES;
  let have = 0;
  for (let tries = 1; !isLoaded; tries++) {
    try {
      let at = 0;
      for await (const part of fetchParts(TRAIN_IMAGES, sum.of(TRAIN_IMAGES))) {
        const fresh = part.subarray(Math.max(0, have - at));
        at += part.length;
        if (fresh.length === 0) continue;
        use(name, file, () => engine.add_images(fresh));
        have = at;
        tries = 1;
        if (engine.can_train()) enough();
        if (starved) work();
      }
      use(name, file, () => engine.end_images());
      isLoaded = true;
    } catch (error) {
      if (error instanceof Unusable || !engine.can_train() || tries === MAX_TRIES) throw error;
      const message = `${sentence(error)}. What is here is trained on meanwhile, and the rest is asked for again.`;
      post({ type: "notice", message });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  enough();
  post({ type: "loaded" });
  loaded.resolve();
  if (starved) work();
}

/** A file that is not what it should be: to fetch it again would not help. */
class Unusable extends Error {}

function use(name: string, file: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    throw new Unusable(`${file} cannot be used: ${sentence(error).replace(`${name}: `, "")}`);
  }
}

/** Says that the GPU's kernels are being compiled, for as long as it takes; then the page learns what came of it. */
async function preparing<T>(outcome: Promise<T>): Promise<T> {
  const patience = setTimeout(() => post({ type: "preparing", busy: true }), 300);
  try {
    return await outcome;
  } finally {
    clearTimeout(patience);
    post({ type: "preparing", busy: false });
    void sendSnapshot();
  }
}

// ---- training, in turns ----

// Messages between ports are not throttled in a background tab, timers are.
const { port1: turn, port2: next } = new MessageChannel();
/** Whether a turn is on its way. */
let working = false;
/** Whether it waits for images. */
let starved = false;
let sentAt = 0;
/** How long the last snapshot took to draw; null until the page has said so. */
let drawing: number | null = null;
let waiting: ((status: Promise<Status>) => void)[] = [];

/** Has the engine do what there is to do: train, or evaluate parameters that were loaded. */
function work(): void {
  if (!working) next.postMessage(null);
  working = true;
}

turn.onmessage = () => {
  // Before the next mini-batch is given out: what a snapshot tells has to be added up.
  if (performance.now() - sentAt >= snapshotInterval()) void sendSnapshot();
  let left: Turn;
  try {
    left = engine.run(isLoaded ? TURN_MS : ARRIVING_TURN_MS);
  } catch (error) {
    return broken(error);
  }
  hear();
  starved = left === Turn.Data;
  working = left === Turn.More || left === Turn.Wait;
  if (left === Turn.More) next.postMessage(null);
  // On the GPU: what was asked for has to be done before there is more to ask for.
  else if (left === Turn.Wait) engine.room().then(goOn, broken);
  else if (!starved) tellWaiting();
  if (!working) void sendSnapshot();
};

function goOn(): void {
  hear();
  next.postMessage(null);
}

/** Takes the engine's messages. */
function hear(): void {
  for (let message = engine.take_message(); message !== undefined; message = engine.take_message()) {
    if (message.type === "notice") post({ type: "notice", message: message.sentence });
    else ensemble.hear(message);
  }
}

/** Resolves with the status when training next stops. */
function train(goal?: TrainingGoal): Promise<Status> {
  engine.start(goal);
  work();
  void sendSnapshot();
  return new Promise((resolve) => waiting.push(resolve));
}

/** Whoever waits for the end of training is told. */
function tellWaiting(): void {
  for (const resolve of waiting) resolve(engine.status());
  waiting = [];
}

function broken(error: unknown): void {
  working = false;
  post({ type: "failed", message: `The engine stopped: ${sentence(error)}` });
}

// ---- snapshots ----

let sending = false;
let again = false;

function snapshotInterval(): number {
  return drawing === null ? UNSEEN_MS : Math.max(SNAPSHOT_MS, drawing / DRAWING_SHARE);
}

/** At most one is under way, so that they leave in order; what changes meanwhile makes one more. */
async function sendSnapshot(): Promise<void> {
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  try {
    do {
      again = false;
      sentAt = performance.now();
      drawing = null;
      const snapshot = await engine.snapshot();
      self.postMessage({ type: "snapshot", snapshot } satisfies FromWorker, { transfer: buffersOf(snapshot) });
    } while (again);
  } catch (error) {
    broken(error);
  } finally {
    sending = false;
  }
}

function buffersOf({ losses, view }: Snapshot): ArrayBuffer[] {
  const arrays = [losses.loss, losses.accuracy, losses.seconds, view.input, view.probabilities];
  arrays.push(...view.pre_activations, ...view.activations);
  for (const { weights, gradients, change } of view.filters) arrays.push(weights, gradients, change);
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}

// ---- calls ----

const ensemble = new EnsembleTrainer({
  get engine() {
    return engine;
  },
  post,
  startedAfresh,
  goOn() {
    hear();
    work();
  },
});

const methods: { [C in Call]: Method<C> } = {
  async configure(configuration) {
    if (configuration.backend === "webgpu" || isPreprocessed(configuration)) await loaded.promise;
    const configured = engine.configure(configuration);
    description = await preparing(configured);
    startedAfresh();
    if (configuration.backend !== "webgpu") await settle();
    return description;
  },
  async setBackend(backend) {
    await preparing(engine.set_backend(backend));
    return engine.status();
  },
  async compareBackends() {
    await preparing(engine.compare());
    return engine.status();
  },
  bench: (task) => engine.bench(task),
  set(name, value) {
    engine.set(name, value);
    post({ type: "settings", settings: engine.settings() });
    void sendSnapshot();
  },
  settings: () => engine.settings(),
  train,
  pause() {
    engine.pause();
    tellWaiting();
    void sendSnapshot();
    return engine.status();
  },
  async reset() {
    await canStart();
    engine.reset();
    startedAfresh();
    return engine.status();
  },
  status: () => engine.status(),
  evaluate: (split) => engine.evaluate(split),
  classify: async (pixels) => [...(await engine.classify(asFloats(pixels)))],
  async classifyDrawing(strokes) {
    const { pixels, probabilities } = await engine.classify_drawing(strokes);
    return { pixels: [...pixels], probabilities: [...probabilities] };
  },
  slide: (writing) => engine.slide("strokes" in writing ? writing : { ...writing, pixels: asFloats(writing.pixels) }),
  parameters: () => engine.parameters(),
  async setParameters(list) {
    await engine.set_parameters(list);
    void sendSnapshot();
  },
  gradients: (indices) => engine.gradients(Uint32Array.from(indices)),
  save: (format) => engine.save(format),
  async load(bytes) {
    description = engine.load(bytes);
    startedAfresh();
    await settle();
  },
  async loadTrained() {
    const response = await fetch(new URL(trained, import.meta.url));
    if (!response.ok) throw new Error(`The trained network is missing: the server answers ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    description = engine.load(bytes);
    startedAfresh(true);
    await settle();
  },
  drawn(milliseconds) {
    drawing = milliseconds;
  },
  choose(chosen) {
    engine.choose(chosen);
    ensemble.tellOpinion();
    void sendSnapshot();
  },
  inspect(unit) {
    engine.inspect(unit);
    void sendSnapshot();
  },
  async survey() {
    const survey = await engine.survey();
    while (survey.run(TURN_MS)) await nextTask();
    const found = survey.result();
    survey.free();
    return found;
  },
  async findLearningRate() {
    const own = ++sweeps;
    const sweep = await engine.find_rate();
    try {
      for (let told = 0; sweep.run(TURN_MS); await nextTask()) {
        if (own !== sweeps) throw new Error("Another sweep was begun");
        if (performance.now() - told < SNAPSHOT_MS) continue;
        told = performance.now();
        post({ type: "rates", curve: sweep.result() });
      }
      return sweep.result();
    } finally {
      sweep.free();
    }
  },
  async ensemble(wanted) {
    await canStart();
    return ensemble.train(wanted?.members);
  },
  forgetEnsemble: () => ensemble.forget(),
  describe: (layers) => engine.describe(layers),
  places: (length, size, stride, padding) => engine.places(length, size, stride, padding),
  testLabels: () => engine.test_labels(),
  testImages: (indices) => indices.map((index) => engine.test_image(index)),
  augmented: (pixels, first, count) => imagesOf(engine.augmented(pixels, first, count)),
  expanded: (pixels) => imagesOf(engine.expanded(pixels)),
};

/** 784 bytes each. */
function imagesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / 784 }, (_, i) => bytes.slice(784 * i, 784 * (i + 1)));
}

/** Preprocessing looks at many training images. */
function isPreprocessed({ preprocessing = "none", layers }: Configuration): boolean {
  return preprocessing !== "none" || (Array.isArray(layers) && layers[0]?.type === "preprocess");
}

/** Lets training and other calls have their turn. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Finds the backend that is best; while images arrive that is the CPU, and the end of `start` looks again. */
async function settle(): Promise<void> {
  if (isLoaded) await preparing(engine.settle());
}

/** These look at more images than may be there. */
const NEED_ALL: ReadonlySet<Call> = new Set([
  "setBackend",
  "compareBackends",
  "bench",
  "evaluate",
  "gradients",
  "findLearningRate",
]);

/** Preprocessing is by the statistics of all training images. */
async function canStart(): Promise<void> {
  if (description.layers[0]?.layer.type === "preprocess") await loaded.promise;
}

/** How many sweeps were begun; only the last goes on. */
let sweeps = 0;

function startedAfresh(trained = false): void {
  tellWaiting();
  work();
  post({ type: "configured", description, settings: engine.settings(), trained });
  ensemble.tell();
  void sendSnapshot();
}

/** Bytes 0..255 become 0..1; floats are taken as they are. Plain lists are bytes if one of them is over 1. */
function asFloats(pixels: Uint8Array | Float32Array | number[]): Float32Array {
  if (pixels instanceof Float32Array) return pixels;
  const bytes = pixels instanceof Uint8Array || pixels.some((pixel) => pixel > 1);
  return Float32Array.from(pixels, (pixel) => (bytes ? pixel / 255 : pixel));
}

self.addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
  try {
    await started;
    if (NEED_ALL.has(data.call)) await loaded.promise;
    // One entry of `ToWorker` pairs each call with its own arguments; TypeScript cannot follow that through the index.
    const method = methods[data.call] as (...given: unknown[]) => unknown;
    const value = await method(...data.arguments);
    post({ type: "answer", id: data.id, value });
  } catch (error) {
    post({ type: "refusal", id: data.id, ...refusalOf(error) });
  }
});

function post(message: FromWorker): void {
  self.postMessage(message);
}
