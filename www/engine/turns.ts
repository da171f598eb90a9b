// Trains in turns: the engine works for a few milliseconds, then the worker receives messages.
import type { Arrival } from "./arrival";
import { type Engine, type Status, type TrainingGoal, Turn } from "./pkg/lenet.js";
import { broken } from "./post";
import type { Snapshots } from "./snapshots";
import { TURN_MS } from "./tasks";

/** The length of a turn while images arrive. It is short, because they are unpacked between turns. */
const ARRIVING_TURN_MS = 4;

/** The time between two pieces of work that can wait. */
const IDLE_MS = 25;

export class Turns {
  // Background tabs throttle timers, but not messages between ports.
  private readonly channel = new MessageChannel();
  /** Whether a turn is scheduled. */
  private working = false;
  /** Whether the run waits for images. */
  private starved = false;
  private idling: ReturnType<typeof setTimeout> | undefined;
  private waiting: ((status: Status | Promise<Status>) => void)[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly arrival: Arrival,
    private readonly snapshots: Snapshots,
    /** Delivers the engine's messages. */
    private readonly hear: () => void,
  ) {
    this.channel.port1.onmessage = () => this.turn();
  }

  /** Lets the engine do its work: train, or evaluate parameters that were loaded. */
  work(): void {
    if (!this.working) this.next();
    this.working = true;
  }

  /** Called when more images have arrived. */
  feed(): void {
    if (this.starved) this.work();
  }

  /** Trains towards a goal. Resolves with the status when training next stops. */
  train(goal?: TrainingGoal): Promise<Status> {
    this.engine.start(goal);
    this.work();
    void this.snapshots.send();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Called when training has stopped: resolves the promises of everyone who waits for that. */
  stopped(): void {
    for (const resolve of this.waiting) resolve(this.engine.status());
    this.waiting = [];
  }

  /** Called when the engine has nothing to do. If its last steps were lost with the GPU, it has to make them again. */
  private async rest(): Promise<void> {
    const waiting = this.waiting.splice(0);
    const status = await this.engine.status();
    if (status.phase === "training") {
      this.waiting.push(...waiting);
      this.work();
    } else {
      for (const resolve of waiting) resolve(status);
      this.idle();
    }
  }

  /** Lets the engine make the pen's digits while it has nothing else to do, so that training need not wait for them. */
  private idle(): void {
    this.arrival.complete.reached.then(
      () => {
        clearTimeout(this.idling);
        this.idling = setTimeout(() => {
          if (!this.working && this.engine.draw_ahead()) this.idle();
        }, IDLE_MS);
      },
      () => {}, // the images could not be read, which the worker's start reports
    );
  }

  private next(): void {
    this.channel.port2.postMessage(null);
  }

  private turn(): void {
    // A snapshot is taken before the next mini-batch, because it waits for all work in progress.
    if (this.snapshots.isDue()) void this.snapshots.send();
    let left: Turn;
    try {
      left = this.engine.run(this.arrival.complete.isReached ? TURN_MS : ARRIVING_TURN_MS);
    } catch (error) {
      this.working = false;
      broken(error);
      return;
    }
    this.hear();
    this.starved = left === Turn.Data;
    this.working = left === Turn.More || left === Turn.Wait;
    if (left === Turn.More) this.next();
    // The GPU has no room for more work until some of it is done.
    else if (left === Turn.Wait) this.engine.room().then(() => this.goOn(), broken);
    else if (!this.starved) this.rest().catch(broken);
    if (!this.working) void this.snapshots.send();
  }

  private goOn(): void {
    this.hear();
    this.next();
  }
}
