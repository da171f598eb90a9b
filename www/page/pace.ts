// How long after a snapshot the page wants the next one. Drawing takes processor time from the engine, so it has only a
// share of it; but what is on show must not grow old, and moves at least five times a second.

/** The least time between two snapshots, in milliseconds: more would not look smoother. */
const LEAST_MS = 50;
/** The most time: everything in sight is drawn five times a second at least. */
const MOST_MS = 190;
/** The share of the time that the page spends on drawing, as long as that is possible. */
const SHARE = 1 / 8;

/**
 * `drawing` is the time that the last snapshot took until it was on the screen. Where there is no GPU, the browser draws
 * every frame on the same cores that train, in processes whose time the page cannot measure. So the pace is slow there.
 */
export function restAfter(drawing: number, withoutGpu: boolean): number {
  return withoutGpu ? MOST_MS : Math.min(MOST_MS, Math.max(LEAST_MS, drawing / SHARE));
}

/** Where there is no GPU, numbers and curves move half as often as pictures: the layout of the page is dear as well. */
const NUMBERS_MS = 250;

/** Whether the numbers on the page, which are so many milliseconds old, are to move with the snapshot that has come. */
export function numbersMove(age: number, withoutGpu: boolean): boolean {
  return !withoutGpu || age >= NUMBERS_MS;
}
