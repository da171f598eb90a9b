// When the next snapshot is due: a while after the last one, and not before the page has drawn that.

/** The time between two snapshots while the page is in the background and does not draw them. */
const UNSEEN_MS = 1000;

export class Rhythm {
  private sentAt = Number.NEGATIVE_INFINITY;
  /** How long after the last snapshot the page wants the next one; null until it has drawn the last. */
  private rest: number | null = null;

  /** `now` is the present time in milliseconds, here and below. */
  sent(now: number): void {
    this.sentAt = now;
    this.rest = null;
  }

  drawn(rest: number): void {
    this.rest = rest;
  }

  /**
   * The milliseconds until the next snapshot is due, 0 if it is. One that the reader waits for, who draws or chooses an image,
   * is due after half the rest. A hand moves faster than the page can draw the network for every place where it is.
   */
  until(now: number, asked: boolean): number {
    const rest = this.rest ?? UNSEEN_MS;
    const wanted = asked && this.rest !== null ? rest / 2 : rest;
    return Math.max(0, this.sentAt + wanted - now);
  }
}
