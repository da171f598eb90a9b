// The engine's worker: it starts the engine, trains in short turns and answers the page's calls between them.
import { type Calling, callsOf, NEED_LATER, NEED_THE_NETWORK, needsAllImages } from "./calls";
import { sentence } from "./fault";
import { later } from "./later";
import { broken, post } from "./post";
import type { ToWorker } from "./protocol";
import { refusalOf } from "./refusal";
import { start } from "./start";

export function answer(): void {
  // Calls wait for this, so none that comes early is lost.
  const started = start().then((host) => ({ host, calls: callsOf(host) }));
  started.catch((error) => post({ type: "failed", message: sentence(error) }));

  self.addEventListener("message", async ({ data }: MessageEvent<ToWorker>) => {
    try {
      const { host, calls } = await started;
      if (NEED_THE_NETWORK.has(data.call)) await host.beginning.settled();
      if (needsAllImages(data.call, data.arguments)) await host.arrival.complete.reached;
      if (NEED_LATER.has(data.call)) await later();
      // Each call of `ToWorker` comes with its own arguments; TypeScript cannot follow that through the index.
      const call = calls[data.call] as Calling;
      const value = await call(...data.arguments);
      host.hear();
      post({ type: "answer", id: data.id, value });
    } catch (error) {
      // A trap is a mistake of ours, after which the engine's memory is not to be trusted.
      if (error instanceof WebAssembly.RuntimeError) broken(error);
      post({ type: "refusal", id: data.id, ...refusalOf(error) });
    }
  });
}
