// What the reader points at is one unit for all views.
import { state, type Unit } from "../state";

export function isSame(a: Unit | null, b: Unit | null): boolean {
  return a !== null && b !== null && a.layer === b.layer && a.channel === b.channel && a.y === b.y && a.x === b.x;
}

/** Says what the pointer is on; nothing is redrawn as long as it is on the same unit. */
export function point(unit: Unit | null): void {
  const now = state.hovered.peek();
  if (unit !== now && !isSame(unit, now)) state.hovered.value = unit;
}
