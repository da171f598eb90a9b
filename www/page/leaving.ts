// Asks before the page is left with a run that its reader would miss.
import { effect } from "@preact/signals";
import { state } from "../state";

export function startLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  // A page that listens all the time is not kept for the Back button.
  effect(() => {
    if (state.unsaved.value) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  });
}
