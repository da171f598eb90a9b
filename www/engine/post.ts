// The worker's messages to the page.
import { sentence } from "./data";
import type { FromWorker } from "./protocol";

export function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  self.postMessage(message, { transfer });
}

/** The engine threw where no call waits: the page offers to start it anew. */
export function broken(error: unknown): void {
  post({ type: "failed", message: `The engine stopped: ${sentence(error)}` });
}
