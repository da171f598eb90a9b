// The page's side of the worker. A call returns a promise, and every other message from the worker goes to `receive`.

/// <reference types="vite/client" /> -- for `?worker&url`, wherever the file is compiled from
import { sentence } from "./fault";
import type { Answer, Arguments, Call, FromWorker, ToWorker } from "./protocol";
import { Refusal } from "./refusal";
import { whyNoWorker, whyNoWorkers } from "./why-no-worker";
import workerUrl from "./worker.ts?worker&url";

type Notice = Exclude<FromWorker, { type: "answer" | "refusal" }>;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (reason: Error) => void;
}

export class Client {
  /** Resolves when the engine and its data are loaded. Rejects with the sentence that the page shows. */
  ready!: Promise<void>;
  private settleReady!: { resolve: () => void; reject: (reason: Error) => void };
  private worker: Worker | null = null;
  /** Why the worker cannot go on; null if it can. */
  private failure: string | null = null;
  private waiting = new Map<number, Waiting>();
  private lastId = 0;

  constructor(private readonly receive: (notice: Notice) => void) {
    this.start();
  }

  /** Starts a new worker after a failure. Calls that the old worker has not answered are rejected. */
  restart(): void {
    this.worker?.terminate();
    this.abandon("The engine was started anew");
    this.start();
  }

  call<C extends Call>(call: C, ...given: Arguments<C>): Promise<Answer<C>> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.failure !== null) throw new Error(this.failure);
      try {
        this.worker?.postMessage({ id, call, arguments: given } as ToWorker);
      } catch {
        const message = `${call}: its arguments cannot be sent to the engine: give smaller ones, and no detached arrays`;
        throw new Refusal({ message, layer: null, field: null });
      }
      this.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
    });
  }

  private start(): void {
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    this.ready.catch(() => {}); // the page shows failures itself; only who awaits `ready` needs the rejection
    this.failure = whyNoWorkers();
    const url = new URL(workerUrl, import.meta.url);
    const worker = this.failure === null ? this.hire(url) : null;
    if (worker === null) {
      const message = this.failure ?? "";
      queueMicrotask(() => this.hear({ type: "failed", message })); // whoever made the client is not ready to hear it
      return;
    }
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(data);
    worker.onerror = async (event) => {
      event.preventDefault();
      const message = await whyNoWorker(url, event.message);
      if (this.worker === worker) this.hear({ type: "failed", message });
    };
  }

  private hire(url: URL): Worker | null {
    try {
      return new Worker(url, { type: "module", name: "engine" });
    } catch (error) {
      this.failure = `The engine's worker is forbidden by a policy of the server or by a setting of the browser: ${sentence(error)}`;
      return null;
    }
  }

  private hear(message: FromWorker): void {
    if (message.type === "answer") {
      this.take(message.id)?.resolve(message.value);
    } else if (message.type === "refusal") {
      this.take(message.id)?.reject(new Refusal(message));
    } else {
      if (message.type === "ready") this.settleReady.resolve();
      if (message.type === "failed") {
        this.failure = message.message;
        this.abandon(message.message);
      }
      this.receive(message);
    }
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private abandon(reason: string): void {
    this.settleReady.reject(new Error(reason));
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}
