// For a projector: only the network, the pad with the answer, and one curve, to be read from the last row.
import { effect } from "@preact/signals";
import { projecting } from "../model/screen";
import { ProjectorIcon } from "../views/parts/icons";

export function toggleProjector(): void {
  projecting.value = !projecting.value;
}

/** styles/projector.css hides the rest and enlarges what is left. */
export function startProjector(): void {
  effect(() => {
    document.documentElement.classList.toggle("projector", projecting.value);
  });
}

export function ProjectorButton() {
  return (
    <button
      type="button"
      class="quiet icon-only projector-button"
      aria-label="Projector"
      aria-keyshortcuts="P"
      aria-pressed={projecting.value}
      title="For a projector: only network, pad and one curve, in large letters (P)"
      onClick={toggleProjector}
    >
      <ProjectorIcon />
    </button>
  );
}
