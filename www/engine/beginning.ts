// Begins runs one after the other. A run that has to wait for images pauses the run before it, because what was asked
// for last is what trains.
import type { Milestone } from "./arrival";
import type { Engine } from "./pkg/lenet";
import { post } from "./post";
import type { Turns } from "./turns";

/** Why a run that waited for images never began. */
export class Superseded extends Error {
  override message = "Another run was asked for before the images for this one had arrived";
}

export class Beginning {
  /** Settles when the run that was asked for last has begun or was refused. */
  private last: Promise<unknown> = Promise.resolve();
  /** Ends the waiting of the run that was asked for last. */
  private supersede = () => {};
  private isWaiting = false;
  /** How many calls wait to train the run, and how often training was paused. */
  private trains = 0;
  private pauses = 0;
  /** What the page was told last. */
  private told: { thenTrains: boolean } | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly turns: Turns,
  ) {}

  /**
   * Calls `begin` when all runs that were asked for before have begun, and the images that it needs have arrived. Rejects
   * if yet another run is asked for while it waits for images.
   */
  async run<T>(begin: () => T | Promise<T>, needed: Milestone | null): Promise<T> {
    this.supersede();
    const { promise: superseded, reject } = Promise.withResolvers<never>();
    superseded.catch(() => {}); // nobody may be waiting for it
    this.supersede = () => reject(new Superseded());
    const before = this.last;
    const begun = (async () => {
      await before;
      if (needed !== null && !needed.isReached) await this.wait(needed, superseded);
      return begin();
    })();
    this.last = begun.catch(() => {});
    return begun;
  }

  /** Resolves when no run is about to begin. */
  async settled(): Promise<void> {
    for (let last: Promise<unknown> | null = null; last !== this.last; await last) last = this.last;
  }

  /** Resolves when the run that was asked for last can train: to false if a pause was asked for meanwhile. */
  async canTrain(): Promise<boolean> {
    const { pauses } = this;
    this.trains += 1;
    this.tell();
    await this.settled();
    if (pauses !== this.pauses) return false;
    this.trains -= 1;
    return true;
  }

  paused(): void {
    this.pauses += 1;
    this.trains = 0;
    this.tell();
  }

  private async wait({ reached }: Milestone, superseded: Promise<never>): Promise<void> {
    this.engine.pause();
    this.turns.stopped();
    this.isWaiting = true;
    this.tell();
    try {
      await Promise.race([reached, superseded]);
    } finally {
      this.isWaiting = false;
      this.tell();
    }
  }

  /** Tells the page whether a run waits, and whether it is trained then. */
  private tell(): void {
    const waiting = this.isWaiting ? { thenTrains: this.trains > 0 } : null;
    if (waiting?.thenTrains === this.told?.thenTrains) return;
    this.told = waiting;
    post({ type: "waiting", waiting });
  }
}
