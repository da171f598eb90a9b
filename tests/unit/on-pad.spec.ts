// What is on the pad: Clear takes away strokes and pictures alike, and Undo brings them back.
import { expect, test } from "vitest";
import { canUndo, clear, put, undo } from "../../www/model/on-pad";
import { actions, type OnPad, state } from "../../www/state";

actions.choose = (chosen) => {
  state.chosen.value = chosen;
};

test("a picture is cleared and comes back", () => {
  const picture: OnPad = { kind: "picture", pixels: new Uint8Array(784) };
  clear();
  expect(canUndo()).toBe(false); // nothing was there
  put(picture);
  clear();
  expect(state.onPad.value).toEqual({ kind: "drawing", strokes: [] });
  undo();
  expect(state.onPad.value).toBe(picture);
  expect(state.chosen.value).toBe(picture);
  undo();
  expect(canUndo()).toBe(false);
});
