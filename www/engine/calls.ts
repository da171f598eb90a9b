// The calls that the worker answers.
import trained from "../../assets/lenet5.safetensors?url";
import type { Host } from "./host";
import { asFloats, imagesOf } from "./images";
import { post } from "./post";
import type { Answer, Arguments, Call, Configuration } from "./protocol";
import { Sweeps, survey } from "./searches";

type Method<C extends Call> = (...given: Arguments<C>) => Answer<C> | Promise<Answer<C>>;

/** A call whose name is known only at run time. */
export type Calling = (...given: unknown[]) => unknown;

/** Calls that need all images, which may not have arrived. */
export const NEED_ALL_IMAGES: ReadonlySet<Call> = new Set([
  "setBackend",
  "compareBackends",
  "bench",
  "evaluate",
  "gradients",
  "findLearningRate",
]);

export function callsOf(host: Host): { [C in Call]: Method<C> } {
  const { arrival, engine, ensemble, snapshots, turns } = host;
  const sweeps = new Sweeps(engine);
  return {
    async configure(configuration) {
      if (configuration.backend === "webgpu" || isPreprocessed(configuration)) await arrival.complete;
      host.startedAfresh(await host.preparing(engine.configure(configuration)));
      if (configuration.backend !== "webgpu") await host.settle();
      return host.description;
    },
    async setBackend(backend) {
      await host.preparing(engine.set_backend(backend));
      return engine.status();
    },
    async compareBackends() {
      await host.preparing(engine.compare());
      return engine.status();
    },
    bench: (task) => engine.bench(task),
    set(name, value) {
      engine.set(name, value);
      post({ type: "settings", settings: engine.settings() });
      void snapshots.send();
    },
    settings: () => engine.settings(),
    train: (goal) => turns.train(goal),
    pause() {
      engine.pause();
      turns.stopped();
      void snapshots.send();
      return engine.status();
    },
    async reset() {
      await host.canStart();
      engine.reset();
      host.startedAfresh();
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
      void snapshots.send();
    },
    gradients: (indices) => engine.gradients(Uint32Array.from(indices)),
    save: (format) => engine.save(format),
    async load(bytes) {
      host.startedAfresh(engine.load(bytes));
      await host.settle();
    },
    async loadTrained() {
      const response = await fetch(new URL(trained, import.meta.url));
      if (!response.ok) throw new Error(`The trained network is missing: the server answers ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      host.startedAfresh(engine.load(bytes), true);
      await host.settle();
    },
    drawn: (milliseconds) => snapshots.drawn(milliseconds),
    choose(chosen) {
      engine.choose(chosen);
      ensemble.tellOpinion();
      void snapshots.send();
    },
    inspect(unit) {
      engine.inspect(unit);
      void snapshots.send();
    },
    survey: () => survey(engine),
    findLearningRate: () => sweeps.find(),
    async ensemble(wanted) {
      await host.canStart();
      return ensemble.train(wanted?.members);
    },
    forgetEnsemble: () => ensemble.forget(),
    describe: (layers) => engine.describe(layers),
    places: (length, size, stride, padding) => engine.places(length, size, stride, padding),
    testLabels: () => engine.test_labels(),
    testImages: (indices) => indices.map((index) => engine.test_image(index)),
    augmented: (pixels, first, count) => imagesOf(engine.augmented(pixels, first, count), pixels.length),
    expanded: (pixels) => imagesOf(engine.expanded(pixels), pixels.length),
  };
}

/** Whether the network has a preprocessing, which needs the statistics of all training images. */
function isPreprocessed({ preprocessing = "none", layers }: Configuration): boolean {
  return preprocessing !== "none" || (Array.isArray(layers) && layers[0]?.type === "preprocess");
}
