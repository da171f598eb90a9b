// The one unit that the reader points at, shared by all views.
import { state, type Unit } from "../state";

export function isSame(a: Unit | null, b: Unit | null): boolean {
  return a !== null && b !== null && a.layer === b.layer && a.channel === b.channel && a.y === b.y && a.x === b.x;
}

/** Sets the unit under the pointer. Nothing is redrawn while it stays the same. */
export function point(unit: Unit | null): void {
  const now = state.hovered.peek();
  if (unit !== now && !isSame(unit, now)) state.hovered.value = unit;
}
