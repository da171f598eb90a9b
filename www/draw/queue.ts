// Which pictures are painted in which frame. While a network trains, every view changes at once. One frame that painted
// all of them would be so long that the pointer stops; so a frame paints some, and the next frame goes on.

/** After so many pixels a frame leaves the rest to the next. */
const ENOUGH = 400_000;

/**
 * Without a GPU a frame paints everything: there a second frame costs more than what it paints, because the browser puts the
 * whole page together for each.
 */
export const enough = (withoutGpu: boolean): number => (withoutGpu ? Number.POSITIVE_INFINITY : ENOUGH);

export class Queue {
  /** A set keeps the order: who has waited longest is painted first. */
  private readonly waiting = new Set<() => number>();
  private requested = false;

  /** `nextFrame` calls a function once, before the browser's next frame. */
  constructor(
    private readonly nextFrame: (frame: () => void) => void,
    private readonly enough = ENOUGH,
  ) {}

  /** Calls `paint`, which returns the pixels it has painted, in one of the next frames. */
  add(paint: () => number): void {
    this.waiting.add(paint);
    this.request();
  }

  delete(paint: () => number): void {
    this.waiting.delete(paint);
  }

  private request(): void {
    if (this.requested || this.waiting.size === 0) return;
    this.requested = true;
    this.nextFrame(this.frame);
  }

  private readonly frame = (): void => {
    this.requested = false;
    let pixels = 0;
    // What is added meanwhile waits for the next frame.
    for (const paint of [...this.waiting]) {
      if (pixels >= this.enough) break;
      this.waiting.delete(paint);
      pixels += paint();
    }
    this.request();
  };
}
