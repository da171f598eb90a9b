// Snapshots: what the page draws of the run, as often as it can draw them.
import type { Engine, Snapshot } from "./pkg/lenet";
import { broken, post } from "./post";

/** The minimum time between two snapshots while training, in milliseconds. */
export const SNAPSHOT_MS = 50;
/** The maximum share of the time that the page draws: on a machine with few cores it would take it from training. */
const DRAWING_SHARE = 1 / 8;
/** The time between two snapshots when the page does not draw them, because it is in the background. */
const UNSEEN_MS = 1000;

export class Snapshots {
  private sending = false;
  /** Something changed while a snapshot was under way. */
  private again = false;
  private sentAt = 0;
  /** How long the page took to draw the last snapshot; null until it has said so. */
  private drawing: number | null = null;

  constructor(private readonly engine: Engine) {}

  /** The page has drawn the last snapshot. */
  drawn(milliseconds: number): void {
    this.drawing = milliseconds;
  }

  isDue(): boolean {
    const interval = this.drawing === null ? UNSEEN_MS : Math.max(SNAPSHOT_MS, this.drawing / DRAWING_SHARE);
    return performance.now() - this.sentAt >= interval;
  }

  /** Sends one. At most one is under way, so that they leave in order; what changes meanwhile makes one more. */
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
        post({ type: "snapshot", snapshot }, buffersOf(snapshot));
      } while (this.again);
    } catch (error) {
      broken(error);
    } finally {
      this.sending = false;
    }
  }
}

/** Each buffer once: a layer without an activation has one array for both. */
function buffersOf({ losses, view }: Snapshot): ArrayBuffer[] {
  const arrays = [losses.loss, losses.accuracy, losses.seconds, view.input, view.probabilities];
  arrays.push(...view.pre_activations, ...view.activations);
  for (const { weights, gradients, change } of view.filters) arrays.push(weights, gradients, change);
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))];
}
