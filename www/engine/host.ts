// The state of the worker: the engine, its network, and the objects that use them.
import { Arrival, type Milestone } from "./arrival";
import { Beginning } from "./beginning";
import { EnsembleTrainer } from "./ensemble";
import { sentence } from "./fault";
import { Keeper } from "./keeper";
import { later } from "./later";
import type { Description, Engine } from "./pkg/lenet";
import { post } from "./post";
import { Snapshots } from "./snapshots";
import { Turns } from "./turns";

/** Compiling kernels takes seconds on some machines. Shorter times than this are not reported to the page. */
const PATIENCE_MS = 300;

/** What a run needs before it can begin. */
interface Needs {
  images: Milestone | null;
  later: boolean;
}

export class Host {
  readonly arrival: Arrival;
  readonly snapshots: Snapshots;
  readonly turns: Turns;
  readonly ensemble: EnsembleTrainer;
  readonly beginning: Beginning;
  readonly keeper: Keeper;
  /** The network that is being trained. */
  description!: Description;
  /** Settles when the run has moved to the backend that was asked for last. */
  private moved: Promise<unknown> = Promise.resolve();

  constructor(readonly engine: Engine) {
    this.arrival = new Arrival(engine);
    this.keeper = new Keeper(engine);
    this.snapshots = new Snapshots(engine, (status) => {
      this.keeper.heed(status);
      this.hear();
    });
    this.turns = new Turns(engine, this.arrival, this.snapshots, () => this.hear());
    this.beginning = new Beginning(engine, this.turns);
    this.ensemble = new EnsembleTrainer(engine, {
      startedAfresh: () => this.startedAfresh(),
      show: () => void this.snapshots.send(),
      goOn: () => {
        this.hear();
        this.turns.work();
      },
    });
  }

  /**
   * Replaces the run with the one that `begin` begins and describes. If the old run would be missed, it is kept.
   * It begins when the images have arrived that it needs, and the later part of the engine if it needs that.
   */
  replace(begin: () => Promise<Description> | Description, needs: Needs, trained = false) {
    return this.beginning.run(async () => {
      if (needs.later) await later();
      const kept = await this.keeper.take();
      const description = await begin();
      this.startedAfresh(description, trained);
      this.keeper.replaced(kept);
      return description;
    }, needs.images);
  }

  /** What a new run of the present network needs. */
  get needed(): Milestone | null {
    return this.description.layers[0]?.layer.type === "preprocess" ? this.arrival.statistics : null;
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

  /** Delivers the engine's messages. Any call of the engine can cause one. */
  hear(): void {
    for (let message = this.engine.take_message(); message !== undefined; message = this.engine.take_message()) {
      if (message.type === "notice") {
        post({ type: "notice", message: message.sentence });
        this.turns.work(); // after the loss of the GPU there may be steps to make again
      } else this.ensemble.hear(message);
    }
  }

  /**
   * Moves the run to the best backend. While images arrive, it stays on the CPU; the worker's start calls this again.
   */
  async settle(): Promise<void> {
    const { complete, madeDoWith } = this.arrival;
    if (!complete.isReached || madeDoWith !== null) return;
    await this.preparing(async () => {
      if (this.engine.opens_gpu()) {
        try {
          await later();
        } catch (error) {
          post({ type: "notice", message: `The run stays on the CPU. ${sentence(error)}.` });
          return;
        }
      }
      await this.engine.settle();
    });
  }

  /**
   * Calls `prepare` when all moves that were asked for before are over, so that the last one counts. Tells the page while
   * the GPU's kernels are being compiled, and sends a snapshot at the end.
   */
  async preparing<T>(prepare: () => Promise<T>): Promise<T> {
    const patience = setTimeout(() => post({ type: "preparing", busy: true }), PATIENCE_MS);
    const outcome = this.moved.then(prepare);
    this.moved = outcome.catch(() => {});
    try {
      return await outcome;
    } finally {
      clearTimeout(patience);
      post({ type: "preparing", busy: false });
      void this.snapshots.send();
    }
  }
}
