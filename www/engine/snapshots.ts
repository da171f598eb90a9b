// Sends snapshots, from which the page draws the run, as often as the page can draw them.
import type { Engine, Snapshot, Status } from "./pkg/lenet";
import { broken, post } from "./post";

/** The minimum time between two snapshots while training, in milliseconds. */
export const SNAPSHOT_MS = 50;
/**
 * The maximum share of the time that the page spends on drawing. On a machine with few cores, more would slow down
 * training.
 */
const DRAWING_SHARE = 1 / 8;
/** The time between two snapshots while the page is in the background and does not draw them. */
const UNSEEN_MS = 1000;

export class Snapshots {
  private sending = false;
  /** Whether something has changed while a snapshot was being made. */
  private again = false;
  private sentAt = 0;
  /** The time that the page needed to draw the last snapshot; null until it has reported that. */
  private drawing: number | null = null;

  constructor(
    private readonly engine: Engine,
    /** Receives the status of every snapshot. */
    private readonly heed: (status: Status) => void,
  ) {}

  /** Called when the page has drawn the last snapshot. */
  drawn(milliseconds: number): void {
    this.drawing = milliseconds;
  }

  isDue(): boolean {
    const interval = this.drawing === null ? UNSEEN_MS : Math.max(SNAPSHOT_MS, this.drawing / DRAWING_SHARE);
    return performance.now() - this.sentAt >= interval;
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
        this.sentAt = performance.now();
        this.drawing = null;
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
