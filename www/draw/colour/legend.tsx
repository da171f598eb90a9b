// A colour scale with the numbers at its ends, in the text of a view.
import type { ReadonlySignal } from "@preact/signals";
import { state } from "../../state";
import { short } from "../names";
import { cssGradient, type ScaleKind, scale } from "./colour";
import type { Range } from "./range";
import "./legend.css";

export function Legend({ kind, range }: { kind: ScaleKind; range: ReadonlySignal<Range | null> }) {
  const shown = range.value;
  return (
    <div class="legend">
      <span class="legend-number">{shown ? short(shown.low) : ""}</span>
      <div class="legend-scale" style={{ background: cssGradient(scale(kind, state.theme.value)) }}>
        {kind === "signed" && <span class="legend-zero">0</span>}
      </div>
      <span class="legend-number">{shown ? (shown.low < 0 ? `+${short(shown.high)}` : short(shown.high)) : ""}</span>
    </div>
  );
}
