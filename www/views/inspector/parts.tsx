// Components that all parts of the inspector use.
import { precise, unitName } from "../../draw/names";
import type { Description, Inspected, PlannedLayer } from "../../engine/pkg/lenet";
import { state, type Unit } from "../../state";

export interface InspectorProps {
  network: Description;
  planned: PlannedLayer;
  inspected: Inspected;
  /** The channel of the window that is shown number by number. */
  channel: number;
  onChannel: (channel: number) => void;
}

/** An operator between two numbers or grids. */
export function Sign({ children }: { children: string }) {
  return <span class="sign">{children}</span>;
}

/** A number with its name below it. */
export function Value({ name, value, strong = false }: { name: string; value: number; strong?: boolean }) {
  return (
    <span class={strong ? "sum-value strong" : "sum-value"}>
      <b data-value={value}>{precise(value)}</b>
      <span>{name}</span>
    </span>
  );
}

/** A unit's name as a button that pins the unit. A pixel is only named: nothing is computed to make it. */
export function UnitLink({ network, unit }: { network: Description; unit: Unit }) {
  const name = unitName(network, unit);
  if (unit.layer < 0) return <>{name}</>;
  return (
    <button
      type="button"
      class="link"
      onFocus={() => {
        state.hovered.value = unit;
      }}
      onBlur={() => {
        state.hovered.value = null;
      }}
      onClick={() => {
        state.hovered.value = null; // the click removes this line, so the pointer never leaves it
        state.pinned.value = unit;
      }}
    >
      {name}
    </button>
  );
}
