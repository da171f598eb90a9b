// The worker's messages to the page.
import { sentence } from "./fault";
import type { FromWorker } from "./protocol";

export function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, { transfer });
}

/** Reports an error of the engine that belongs to no call. The page offers to start the engine again. */
export function broken(error: unknown): void {
  post({ type: "failed", message: `The engine stopped: ${sentence(error)}` });
}
