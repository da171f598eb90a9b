// The range of numbers that a scale covers. It grows at once, so that no value is clipped, and shrinks slowly, so that
// colours do not flicker because of one unit elsewhere in the layer.

export interface Range {
  low: number;
  high: number;
}

/** The number of seconds in which the distance to a smaller range falls to 1/e. */
const SHRINK_SECONDS = 1.5;
/** The minimum reach of a range, so that a layer of zeros is drawn as zeros and not as noise. */
const SMALLEST = 1e-12;

/** The range of some numbers: symmetric about zero if they are signed, otherwise from zero up. NaN and ∞ are ignored. */
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

/** The range of one scale over time. */
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
