// Sends snapshots, from which the page draws the run, as often as the page wants them (www/page/pace.ts).
import type { Engine, Snapshot, Status } from "./pkg/lenet";
import { broken, post } from "./post";
import { Rhythm } from "./rhythm";

export class Snapshots {
  private sending = false;
  /** Whether something has changed while a snapshot was being made. */
  private again = false;
  private readonly rhythm = new Rhythm();
  /** Whether the reader waits for a snapshot, and the timer that sends it. */
  private asked = false;
  private timer = 0;

  constructor(
    private readonly engine: Engine,
    /** Receives the status of every snapshot. */
    private readonly heed: (status: Status) => void,
  ) {}

  /** Called when the page has drawn the last snapshot. It wants the next one so many milliseconds after that was sent. */
  drawn(rest: number): void {
    this.rhythm.drawn(rest);
    if (this.asked) this.ask();
  }

  isDue(): boolean {
    return this.rhythm.until(performance.now(), this.asked) === 0;
  }

  /** Sends a snapshot soon, because the reader looks at something else now. Many of these calls cause one. */
  ask(): void {
    this.asked = true;
    clearTimeout(this.timer);
    const wait = this.rhythm.until(performance.now(), true);
    if (wait === 0) void this.send();
    else this.timer = self.setTimeout(() => void this.send(), wait);
  }

  /** Sends a snapshot. Only one is made at a time, so that they arrive in order. A change meanwhile causes one more. */
  async send(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return;
    }
    this.sending = true;
    try {
      do {
        this.again = false;
        this.asked = false;
        clearTimeout(this.timer);
        this.rhythm.sent(performance.now());
        const snapshot = await this.engine.snapshot();
        this.heed(snapshot.status);
        post({ type: "snapshot", snapshot }, buffersOf(snapshot));
      } while (this.again);
    } catch (error) {
      broken(error);
    } finally {
      this.sending = false;
    }
  }
}

/** The buffers to transfer, each once: a layer without an activation has one array for both. */
function buffersOf({ losses, view }: Snapshot): ArrayBuffer[] {
  const arrays = [losses.loss, losses.accuracy, losses.seconds, view.input, view.probabilities];
  arrays.push(...view.pre_activations, ...view.activations);
  arrays.push(...view.filters.map(({ values }) => values));
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}
