// Starts the worker: compiles the engine while the data is loading, and makes the page ready to train on the CPU.
import { adapter } from "./adapter";
import { use } from "./arrival";
import { Crews } from "./crew";
import { fetchWhole, SMALL, Sum, sentence, TRAIN_IMAGES } from "./data";
import { Host } from "./host";
import init, { Engine } from "./pkg/lenet.js";
import { post } from "./post";

/** Resolves when the page can train. Rejects with a sentence that people read. */
export async function start(): Promise<Host> {
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
  const host = new Host(new Engine());
  const { arrival, engine, snapshots, turns } = host;
  for (const { name, file, bytes } of small) use(name, file, () => engine.load_data(name, bytes));
  // The images are loaded after the other files, which would otherwise share the connection with them.
  const images = arrival.receive(sum, () => turns.feed());
  images.catch(() => {}); // before there are enough of them `arrival.enough` rejects too
  engine.set_crews(navigator.hardwareConcurrency, new Crews());
  const gpu = await found;
  if (gpu !== null) engine.set_adapter(gpu.name, gpu.fallback);
  host.description = await engine.configure({});
  await arrival.enough;
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
  arrival.complete.then(() => host.preparing(engine.settle()));
  return host;
}
