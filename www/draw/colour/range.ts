// The range of numbers that a scale covers. It grows at once, so that nothing is ever clipped, and shrinks slowly,
// so that a colour does not flicker because one unit elsewhere in the layer moved.

export interface Range {
  low: number;
  high: number;
}

/** In this many seconds the distance to a smaller range falls to 1/e. */
const SHRINK_SECONDS = 1.5;
/** Below this everything counts as zero; a layer that is all zero is drawn as zero, not as noise. */
const SMALLEST = 1e-12;

/** The range of some numbers: symmetric about zero if they are signed, from zero up if not. NaN and ∞ do not count. */
export function rangeOf(values: Float32Array, signed: boolean, from = 0, to = values.length): Range {
  let low = 0;
  let high = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value > high && value < Number.POSITIVE_INFINITY) high = value;
    else if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
  }
  if (!signed) return { low: 0, high: Math.max(high, SMALLEST) };
  const reach = Math.max(high, -low, SMALLEST);
  return { low: -reach, high: reach };
}

/** One scale's range from frame to frame. */
export class SmoothRange {
  private range: Range | null = null;

  /** The range to draw with, `seconds` after the last one. */
  next(target: Range, seconds: number): Range {
    const now = this.range;
    if (!now) {
      this.range = target;
      return target;
    }
    const keep = Math.exp(-Math.max(seconds, 0) / SHRINK_SECONDS);
    this.range = {
      low: Math.min(target.low, target.low + (now.low - target.low) * keep),
      high: Math.max(target.high, target.high + (now.high - target.high) * keep),
    };
    return this.range;
  }
}
