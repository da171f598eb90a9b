// Shares the worker's one thread: long work is done in pieces, and the worker receives messages between them.

/** The duration of one piece in milliseconds, which is the maximum time that a call waits for it. */
export const TURN_MS = 12;

/**
 * Resolves after the waiting messages were handled. Background tabs throttle timers, but not messages between ports.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
