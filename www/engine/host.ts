// The state of the worker: the engine, its network, and the objects that use them.
import { Arrival } from "./arrival";
import { EnsembleTrainer } from "./ensemble";
import type { Description, Engine } from "./pkg/lenet";
import { post } from "./post";
import { Snapshots } from "./snapshots";
import { Turns } from "./turns";

/** Compiling kernels takes seconds on some machines. Shorter times than this are not reported to the page. */
const PATIENCE_MS = 300;

export class Host {
  readonly arrival: Arrival;
  readonly snapshots: Snapshots;
  readonly turns: Turns;
  readonly ensemble: EnsembleTrainer;
  /** The network that is being trained. */
  description!: Description;

  constructor(readonly engine: Engine) {
    this.arrival = new Arrival(engine);
    this.snapshots = new Snapshots(engine);
    this.turns = new Turns(engine, this.arrival, this.snapshots, () => this.hear());
    this.ensemble = new EnsembleTrainer(engine, {
      startedAfresh: () => this.startedAfresh(),
      show: () => void this.snapshots.send(),
      goOn: () => {
        this.hear();
        this.turns.work();
      },
    });
  }

  /** Reports that another run has begun, to the page and to everyone who waits for the end of the last one. */
  startedAfresh(description = this.description, trained = false): void {
    const { engine, ensemble, snapshots, turns } = this;
    this.description = description;
    turns.stopped();
    turns.work();
    post({ type: "configured", description, settings: engine.settings(), trained });
    ensemble.tell();
    void snapshots.send();
  }

  /** Delivers the engine's messages. */
  hear(): void {
    for (let message = this.engine.take_message(); message !== undefined; message = this.engine.take_message()) {
      if (message.type === "notice") post({ type: "notice", message: message.sentence });
      else this.ensemble.hear(message);
    }
  }

  /**
   * Moves the run to the best backend. While images arrive, it stays on the CPU; the worker's start calls this again.
   */
  async settle(): Promise<void> {
    if (this.arrival.isComplete) await this.preparing(this.engine.settle());
  }

  /** Tells the page while the GPU's kernels are being compiled, and sends a snapshot at the end. */
  async preparing<T>(outcome: Promise<T>): Promise<T> {
    const patience = setTimeout(() => post({ type: "preparing", busy: true }), PATIENCE_MS);
    try {
      return await outcome;
    } finally {
      clearTimeout(patience);
      post({ type: "preparing", busy: false });
      void this.snapshots.send();
    }
  }

  /** Resolves when the network can begin a run: preprocessing needs the statistics of all training images. */
  async canStart(): Promise<void> {
    if (this.description.layers[0]?.layer.type === "preprocess") await this.arrival.complete;
  }
}
