// The calls that the worker answers.
import trained from "../../assets/lenet5.safetensors?url";
import type { Arrival } from "./arrival";
import { Superseded } from "./beginning";
import { faultOf, sentence } from "./fault";
import { acceptable } from "./following";
import type { Host } from "./host";
import { asFloats, imagesOf } from "./images";
import { later } from "./later";
import type { Engine } from "./pkg/lenet";
import { post } from "./post";
import type { Answer, Arguments, Call, Configuration } from "./protocol";
import { Sweeps, survey } from "./searches";

type Method<C extends Call> = (...given: Arguments<C>) => Answer<C> | Promise<Answer<C>>;

/** A call whose name is known only at run time. */
export type Calling = (...given: unknown[]) => unknown;

/** Calls about the network that was asked for last, which may not have begun. */
export const NEED_THE_NETWORK: ReadonlySet<Call> = new Set([
  "setBackend",
  "compareBackends",
  "set",
  "evaluate",
  "classify",
  "classifyDrawing",
  "slide",
  "parameters",
  "setParameters",
  "gradients",
  "save",
  "survey",
  "findLearningRate",
]);

/** Calls that need all images, which may not have arrived. */
const NEED_ALL_IMAGES: ReadonlySet<Call> = new Set([
  "setBackend",
  "compareBackends",
  "bench",
  "gradients",
  "findLearningRate",
]);

/**
 * Calls that need the later part of the engine. Those that replace or move the run are not among them: they have to take
 * their place in the order of runs first, and ask for it themselves.
 */
export const NEED_LATER: ReadonlySet<Call> = new Set([
  "bench",
  "slide",
  "readPicture",
  "setParameters",
  "gradients",
  "save",
  "checkFile",
  "survey",
  "findLearningRate",
  "augmented",
  "drawings",
  "expanded",
]);

/** What a run needs that is in a file. */
const A_FILE = { images: null, later: true };

/** Whether a call needs all images. The test images are there from the start. */
export function needsAllImages(call: Call, [first]: readonly unknown[]): boolean {
  return NEED_ALL_IMAGES.has(call) || (call === "evaluate" && first !== "test");
}

export function callsOf(host: Host): { [C in Call]: Method<C> } {
  const { arrival, beginning, engine, ensemble, keeper, snapshots, turns } = host;
  const sweeps = new Sweeps(engine);

  const configure = async (configuration: Configuration) => {
    engine.check(configuration); // a refusal need not wait for images
    const onGpu = configuration.backend === "webgpu";
    const preprocessed = isPreprocessed(configuration);
    const images = onGpu ? arrival.complete : preprocessed ? arrival.statistics : null;
    const begin = () => {
      if (onGpu) refuseIncomplete(arrival);
      return host.preparing(() => engine.configure(configuration));
    };
    await host.replace(begin, { images, later: onGpu || preprocessed });
    if (!onGpu) await host.settle();
    return host.description;
  };
  const load = async (bytes: Uint8Array, trained = false) => {
    await host.replace(() => engine.load(bytes), A_FILE, trained);
    const assumed = engine.assumed() ?? null;
    if (!trained) keeper.savedAt(await engine.status());
    await host.settle();
    return assumed;
  };

  return {
    configure,
    async follow(given) {
      const { accepted, refused } = acceptable(engine, given);
      if (refused.length > 0 && Object.keys(accepted).length === 0) return refused;
      try {
        await configure(accepted);
      } catch (error) {
        if (error instanceof Superseded) return refused; // what was asked for instead is on show
        // The link may come from a machine with another GPU.
        if (accepted.backend !== "webgpu") throw error;
        refused.push(sentence(error));
        await configure({ ...accepted, backend: "auto" });
      }
      return refused;
    },
    async undo() {
      const { bytes, saved } = keeper.back();
      await host.replace(() => engine.load(bytes), A_FILE);
      keeper.replaced(null, saved);
      await host.settle();
    },
    async setBackend(backend) {
      if (backend !== "cpu") refuseIncomplete(arrival);
      await host.preparing(async () => {
        if (backend !== "cpu") await later();
        await engine.set_backend(backend);
      });
      return engine.status();
    },
    async compareBackends() {
      refuseIncomplete(arrival);
      await host.preparing(() => later().then(() => engine.compare()));
      return engine.status();
    },
    bench(task) {
      refuseIncomplete(arrival);
      return engine.bench(task);
    },
    set(name, value) {
      engine.set(name, value);
      post({ type: "settings", settings: engine.settings() });
      void snapshots.send();
    },
    settings: () => engine.settings(),
    train: async (goal) => ((await beginning.canTrain()) ? turns.train(goal) : engine.status()),
    pause() {
      beginning.paused();
      engine.pause();
      turns.stopped();
      void snapshots.send();
      return engine.status();
    },
    async reset() {
      const begin = () => {
        engine.reset();
        return host.description;
      };
      await host.replace(begin, { images: host.needed, later: false });
      return engine.status();
    },
    status: () => engine.status(),
    evaluate: (split) => engine.evaluate(split),
    classify: async (pixels) => [...(await engine.classify(asFloats(pixels)))],
    async classifyDrawing(strokes) {
      const { pixels, probabilities } = await engine.classify_drawing(strokes);
      return { pixels: [...pixels], probabilities: [...probabilities] };
    },
    readPicture: (rgba, width, height) => engine.read_picture(rgba, width, height),
    slide: (writing) => engine.slide("strokes" in writing ? writing : { ...writing, pixels: asFloats(writing.pixels) }),
    parameters: () => engine.parameters(),
    async setParameters(list) {
      await engine.set_parameters(list);
      void snapshots.send();
    },
    gradients: (indices) => engine.gradients(Uint32Array.from(indices)),
    async save(format) {
      const status = engine.status();
      const bytes = await engine.save(format);
      if (format === "safetensors") keeper.savedAt(await status);
      return bytes;
    },
    load: async (file) => load(file instanceof Blob ? await readNetwork(engine, file) : file),
    checkFile: (first, size) => engine.check_file(first, size),
    async loadTrained() {
      const url = new URL(trained, import.meta.url);
      try {
        await load(new Uint8Array(await (await fetch(url)).arrayBuffer()), true);
      } catch (error) {
        const fault = await faultOf("The file of the trained network", url, () => null);
        throw fault === null ? error : new Error(fault);
      }
    },
    drawn: (rest) => snapshots.drawn(rest),
    choose(chosen) {
      engine.choose(chosen);
      ensemble.tellOpinion();
      snapshots.ask();
    },
    inspect(unit) {
      engine.inspect(unit);
      snapshots.ask();
    },
    showFilters(numbers) {
      engine.show_filters(numbers);
      void snapshots.send();
    },
    survey: () => survey(engine),
    findLearningRate: () => sweeps.find(),
    async ensemble({ members }) {
      const begin = async () => {
        await later();
        const kept = await keeper.take();
        ensemble.begin(members);
        keeper.replaced(kept);
      };
      await beginning.run(begin, host.needed);
      return ensemble.result();
    },
    forgetEnsemble: () => ensemble.forget(),
    describe: (layers) => engine.describe(layers),
    places: (length, size, stride, padding) => engine.places(length, size, stride, padding),
    testLabels: () => engine.test_labels(),
    testImages: (indices) => indices.map((index) => engine.test_image(index)),
    augmented: (pixels, first, count) => imagesOf(engine.augmented(pixels, first, count), pixels.length),
    drawings(first, count) {
      const bytes = engine.drawings(first, count);
      return imagesOf(bytes, bytes.length / count);
    },
    expanded: (pixels) => imagesOf(engine.expanded(pixels), pixels.length),
  };
}

/** The number of bytes by which the engine recognises a file. */
const FIRST_BYTES = 512;

/** Reads a file, unless its first bytes or its size tell that it is no network. */
async function readNetwork(engine: Engine, file: Blob): Promise<Uint8Array> {
  const first = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
  await later();
  engine.check_file(first, file.size);
  return new Uint8Array(await file.arrayBuffer());
}

/** Whether the network has a preprocessing, which needs the statistics of all training images. */
function isPreprocessed({ preprocessing = "none", layers }: Configuration): boolean {
  return preprocessing !== "none" || (Array.isArray(layers) && layers[0]?.type === "preprocess");
}

/** WebGPU gets all images at once. */
function refuseIncomplete({ madeDoWith }: Arrival): void {
  if (madeDoWith === null) return;
  const images = madeDoWith.toLocaleString("en-US");
  throw new Error(
    `WebGPU needs all training images, and only ${images} have arrived: reload the page to ask for the rest`,
  );
}
