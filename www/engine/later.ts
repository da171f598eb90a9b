// The later part of the engine: what the first training step does not need, as saving, opening files, searches and the GPU
// (xtask/src/split/mod.rs has the list). It is fetched when it is first asked for.
import { notFetched, sentence } from "./fault";
import { later as glue } from "./pkg/lenet.js";
import wasm from "./pkg/lenet_later.wasm?url";
import { whyNoModule } from "./why-no-engine";

const FILE = "The engine's file lenet_later.wasm";
const ADDRESS = new URL(wasm, import.meta.url);

/** A line can be dead without being broken. */
const PATIENCE_MS = 30_000;

let fetched: Promise<void> | null = null;
let isHere = false;

/** Resolves when the later part is here. Rejects with a sentence that people read; the next call then tries again. */
export function later(): Promise<void> {
  fetched ??= fetchLater().catch((error) => {
    fetched = null;
    throw error;
  });
  return fetched;
}

async function fetchLater(): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    // The browser's cache may have damaged bytes.
    add(await compiled({ signal }).catch(() => compiled({ signal, cache: "reload" })));
  } catch (error) {
    const why = await whyNot(error, signal);
    throw new Error(`${why}. This needs it, and asks for it again the next time; training goes on`);
  }
}

async function whyNot(error: unknown, { aborted }: AbortSignal): Promise<string> {
  if (aborted) return notFetched(FILE, error);
  return (await whyNoModule(FILE, ADDRESS, error)) ?? `${FILE} cannot be used: ${sentence(error)}`;
}

async function compiled(request: RequestInit): Promise<WebAssembly.Module> {
  const answer = fetch(ADDRESS, request);
  const isSent = await answer.then(
    ({ ok }) => ok,
    () => false,
  );
  // On the first visit, the service worker keeps the site's files but does not answer yet. And the server may have replaced
  // this build by a newer one since.
  const kept = isSent ? undefined : await self.caches?.match(ADDRESS, { ignoreVary: true }).catch(() => undefined);
  const response = kept ?? (await answer);
  return WebAssembly.compile(await response.arrayBuffer());
}

function add(module: WebAssembly.Module): void {
  if (!isHere) glue.add(module);
  isHere = true;
}

/**
 * The engine calls this if it comes upon its later part before anyone has called `later`. It cannot wait for a promise, so
 * the worker stands still meanwhile. An error goes through the engine like a trap.
 */
glue.fetch = () => {
  const request = new XMLHttpRequest();
  request.open("GET", ADDRESS, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
    add(new WebAssembly.Module(request.response));
  } catch (error) {
    throw new WebAssembly.RuntimeError(`${FILE} cannot be fetched (${sentence(error)})`);
  }
};
