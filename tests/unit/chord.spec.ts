// Which keys are the page's, on keyboards of all kinds.
import { expect, test } from "vitest";
import { isChord, isUndo, keyOf } from "../../www/views/parts/chord";

const key = (key: string, rest: Partial<KeyboardEvent> & { altGraph?: boolean } = {}) =>
  ({
    ...{ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
    ...rest,
    getModifierState: (name: string) => name === "AltGraph" && rest.altGraph === true,
  }) as KeyboardEvent;

test("a chord is the browser's; AltGr, which Windows reports as Ctrl with Alt, only chooses a character", () => {
  for (const name of ["ctrlKey", "metaKey", "altKey"] as const)
    expect(isChord(key("f", { [name]: true })), name).toBe(true);
  expect(isChord(key("[", { ctrlKey: true, altKey: true, altGraph: true }))).toBe(false);
  expect(isChord(key("F", { shiftKey: true }))).toBe(false);
});

test("undo by the letter, and by the key's place where the layout has no such letter", () => {
  const control = (letter: string, code: string) => isUndo(key(letter, { code, ctrlKey: true }));
  expect(control("z", "KeyZ")).toBe(true);
  expect(control("Z", "KeyZ")).toBe(true); // with Caps Lock
  expect(control("z", "KeyY")).toBe(true); // German
  expect(control("y", "KeyZ")).toBe(false);
  expect(control("z", "Slash")).toBe(true); // Dvorak
  expect(control(";", "KeyZ")).toBe(false);
  expect(control("w", "KeyZ")).toBe(false); // French
  for (const letter of ["я", "ζ", "ז", "ㅋ"]) expect(control(letter, "KeyZ"), letter).toBe(true);
  expect(control("Unidentified", "KeyZ")).toBe(true);
  expect(isUndo(key("z", { metaKey: true }))).toBe(true);
  expect(isUndo(key("z"))).toBe(false);
  for (const name of ["shiftKey", "altKey", "metaKey"] as const)
    expect(isUndo(key("z", { ctrlKey: true, [name]: true })), name).toBe(false);
});

test("a key's character, with Caps Lock and on a Cyrillic keyboard", () => {
  expect(keyOf(key("F", { code: "KeyF" }))).toBe("f");
  expect(keyOf(key("а", { code: "KeyF" }))).toBe("f");
  expect(keyOf(key("х", { code: "BracketLeft" }))).toBe("[");
  expect(keyOf(key("[", { code: "Digit8" }))).toBe("[");
  expect(keyOf(key("ArrowLeft", { code: "ArrowLeft" }))).toBe("ArrowLeft");
});
