// Keys that work anywhere on the page: the space bar trains and pauses, `.` trains one mini-batch, a digit opens a tool.

import { projecting } from "../model/screen";
import { available, toolKey } from "../model/tools";
import { actions, state } from "../state";
import { isChord, keyOf } from "../views/parts/chord";
import { toggleHelp } from "./help";
import { toggleProjector } from "./projector";
import { press } from "./tool-bar";

export function startKeys(): void {
  addEventListener("keydown", (event) => {
    if (isChord(event)) return;
    const target = event.target instanceof Element ? event.target : null;
    if (event.key === " " && !takesSpace(target)) {
      event.preventDefault(); // otherwise the page would scroll
      if (!event.repeat) toggleTraining();
      return;
    }
    if (event.repeat || isTyping(target)) return;
    const key = keyOf(event);
    const tool = available.value.find(({ name }) => toolKey(name) === key);
    if (key === ".") actions.step();
    else if (key === "?") toggleHelp();
    else if (key === "p" || (key === "Escape" && projecting.peek())) toggleProjector();
    else if (tool !== undefined && !projecting.peek()) press(tool.name);
  });
}

export function toggleTraining(): void {
  if (isTraining()) actions.pause();
  else actions.train();
}

/** Whether the run trains, or will as soon as its images have arrived. */
export function isTraining(): boolean {
  const status = state.status.value;
  if (state.waiting.value !== null) return state.waiting.value.thenTrains;
  return status === null ? state.eager.value : status.phase === "training";
}

/** Whether the focused element uses the space bar itself. A slider does not. */
function takesSpace(element: Element | null): boolean {
  return (
    element?.matches("input:not([type=range]), select, textarea, button, summary, a[href], [data-takes-space]") ?? false
  );
}

function isTyping(element: Element | null): boolean {
  return element?.matches("input:not([type=range]):not([type=checkbox]), select, textarea") ?? false;
}
