// The ways out of a window that does not fit along a side, which CS231n's notes name: crop the input, pad it, or take
// another stride. Pure.

/** W − F + 2P, S: the numbers of (W − F + 2P)/S + 1. */
export interface Numbers {
  width: number;
  size: number;
  stride: number;
  padding: number;
}

/** One way out: the number to change, its new value, and what that is. */
export interface WayOut {
  key: keyof Numbers;
  value: number;
  words: string;
}

/** The smallest changes of each kind after which the window fits. `leftOver` inputs lie after its last place. */
export function waysOut({ width, size, stride, padding }: Numbers, leftOver: number): WayOut[] {
  if (leftOver === 0) return [];
  const ways: WayOut[] = [];
  const room = width - size + 2 * padding;
  if (width > leftOver) ways.push({ key: "width", value: width - leftOver, words: `Crop to W = ${width - leftOver}` });
  const more = stride - leftOver;
  const wider = padding + more / 2;
  // A padding as wide as the window would add places that see only zeros.
  if (more % 2 === 0 && wider < size) ways.push({ key: "padding", value: wider, words: `Pad with P = ${wider}` });
  else ways.push({ key: "width", value: width + more, words: `Pad one side to W = ${width + more}` });
  let smaller = stride - 1;
  while (room % smaller !== 0) smaller--;
  ways.push({ key: "stride", value: smaller, words: `Take S = ${smaller}` });
  return ways;
}

/** "row 10", "rows 2 and 4" or "rows 2, 4, 6, …", counted from 1. */
export function inWords(name: string, places: readonly number[]): string {
  const numbers = places.map((at) => at + 1);
  if (numbers.length > 6) return `${name}s ${numbers.slice(0, 6).join(", ")}, …`;
  const last = numbers.pop();
  return numbers.length === 0 ? `${name} ${last}` : `${name}s ${numbers.join(", ")} and ${last}`;
}
