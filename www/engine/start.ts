// Starts the worker: compiles the engine while the data is loading, and makes the page ready to train on the CPU.
import { adapter } from "./adapter";
import { use } from "./arrival";
import { Crews } from "./crew";
import { fetchWhole, SMALL, Sum, TRAIN_IMAGES } from "./data";
import { sentence } from "./fault";
import { Host } from "./host";
import init, { Engine } from "./pkg/lenet.js";
import { post } from "./post";
import { ENGINE, whyNoEngine } from "./why-no-engine";

/** Resolves when the page can train. Rejects with a sentence that people read. */
export async function start(): Promise<Host> {
  const compiled = init()
    .catch((error) => {
      if (!(error instanceof WebAssembly.CompileError)) throw error;
      // The browser's cache may have damaged bytes.
      return init({ module_or_path: fetch(ENGINE, { cache: "reload" }) });
    })
    .catch(async (error) => {
      throw new Error(await whyNoEngine(error));
    });
  const created = compiled.then(() => {
    const engine = new Engine();
    for (const { name, digests } of [...SMALL, TRAIN_IMAGES]) engine.expect(name, Uint32Array.from(digests));
    return engine;
  });
  created.catch(() => {}); // awaited below; until then it is not "unhandled"
  const found = adapter();
  const sum = new Sum([...SMALL, TRAIN_IMAGES], (received, total) => post({ type: "loading", received, total }));
  const fetched = SMALL.map((file) =>
    fetchWhole(file, sum.of(file), async (bytes) => {
      const engine = await created;
      use(file, () => engine.load_data(file.name, bytes));
    }),
  );
  const small = Promise.all(fetched);
  small.catch(() => {}); // without an engine, that is the error to report
  const engine = await created;
  await small;
  const host = new Host(engine);
  const { arrival, snapshots, turns } = host;
  // The images are loaded after the other files, which would otherwise share the connection with them.
  const images = arrival.receive(sum, () => turns.feed());
  images.catch(() => {}); // before there are enough of them `arrival.enough` is missed too
  engine.set_crews(navigator.hardwareConcurrency, new Crews());
  const gpu = await found;
  if (gpu !== null) engine.set_adapter(gpu.name, gpu.fallback);
  host.description = await engine.configure({});
  await arrival.enough.reached;
  post({
    type: "ready",
    description: host.description,
    settings: engine.settings(),
    layerKinds: engine.layer_kinds(),
    limits: engine.limits(),
    trained: false,
  });
  await snapshots.send();
  images.catch((error) => post({ type: "failed", message: sentence(error) }));
  // If the GPU turns out to be faster, the run moves there, whatever state it is in by then.
  arrival.complete.reached.then(
    () => host.settle(),
    () => {},
  );
  return host;
}
