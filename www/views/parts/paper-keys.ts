// The keys of a paper that one draws on.
import type { RefObject } from "preact";
import { isChord, isUndo } from "./chord";

/** Control Z undoes, Delete and Backspace clear. */
export const paperKeys =
  ({ undo, clear }: { undo: () => void; clear: () => void }) =>
  (event: KeyboardEvent): void => {
    if (isUndo(event)) undo();
    else if (!isChord(event) && (event.key === "Delete" || event.key === "Backspace")) clear();
    else return;
    event.preventDefault();
  };

/** For a button that may disable itself and so lose the focus: the paper has it then, and hears the keys. */
export const thenKeys = (paper: RefObject<HTMLElement | null>, act: () => void) => () => {
  act();
  paper.current?.focus({ preventScroll: true });
};
