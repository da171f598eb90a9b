// How the worker shares its one thread: everything long is done in pieces, and messages have their turn between them.

/** How long one piece takes, in milliseconds: a call waits for at most so long. */
export const TURN_MS = 12;

/** Resolves when the messages that are waiting have been handled. Messages between ports, unlike timers, are not throttled in a background tab. */
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
