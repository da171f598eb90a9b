// What a pen leaves on a paper: nothing outside it, and no ink beyond its edge. Pure.

/** The paper's size, in the units of the points. */
export interface Room {
  width: number;
  height: number;
}

/**
 * The part of the way between two points that is on the paper, as shares of the way; null if none is (Liang and Barsky,
 * 1984).
 */
export function within(from: number[], to: number[], { width, height }: Room): [number, number] | null {
  let [enters, leaves] = [0, 1];
  for (const [axis, size] of [
    [0, width],
    [1, height],
  ] as const) {
    const [start, end] = [from[axis] ?? 0, to[axis] ?? 0];
    const way = end - start;
    if (way === 0) {
      if (start < 0 || start > size) return null;
      continue;
    }
    const [one, other] = [-start / way, (size - start) / way];
    enters = Math.max(enters, Math.min(one, other));
    leaves = Math.min(leaves, Math.max(one, other));
  }
  return enters <= leaves ? [enters, leaves] : null;
}

/** The point at this share of the way. */
export function between(from: number[], to: number[], share: number): number[] {
  return to.map((value, i) => (from[i] ?? value) + share * (value - (from[i] ?? value)));
}

/** The point moved so far inside that a round pen of this width leaves no ink beyond the edge. */
export function inside([x = 0, y = 0, ...rest]: number[], { width, height }: Room, pen: number): number[] {
  const keep = (value: number, size: number) => Math.min(Math.max(value, pen / 2), size - pen / 2);
  return [keep(x, width), keep(y, height), ...rest];
}
