// Converts between a slider's even notches and a setting's range, which may be logarithmic or of whole numbers.
import type { CurrentSetting } from "../engine/pkg/lenet";

/** The number of notches of a slider. */
export const NOTCHES = 200;

export interface Scale {
  toNotch(value: number): number;
  toValue(notch: number): number;
}

/** A logarithmic range may begin at zero. Its lowest notch is then zero, and the others begin at a millionth of `max`. */
export function scaleOf(kind: Extract<CurrentSetting["kind"], { type: "number" }>): Scale {
  const { min, max, integer, logarithmic } = kind;
  const round = (value: number) => (integer ? Math.round(value) : Number(value.toPrecision(2)));
  if (!logarithmic) {
    return {
      toNotch: (value) => (NOTCHES * (value - min)) / (max - min),
      toValue: (notch) => round(min + ((max - min) * notch) / NOTCHES),
    };
  }
  const low = Math.log(min > 0 ? min : max * 1e-6);
  const high = Math.log(max);
  return {
    toNotch: (value) => (value <= 0 ? 0 : Math.max(0, (NOTCHES * (Math.log(value) - low)) / (high - low))),
    toValue: (notch) => (notch <= 0 ? min : round(Math.exp(low + ((high - low) * notch) / NOTCHES))),
  };
}
