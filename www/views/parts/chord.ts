// Which keys are the page's and which the browser's, on every keyboard.

/**
 * Whether this key belongs to a chord of the browser or the system. AltGr only chooses a character, and Windows reports it
 * as Ctrl with Alt.
 */
export function isChord(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
}

/** The characters that the page's keys have on a keyboard with Latin letters. */
const LATIN: Record<string, string> = {
  ...{ KeyF: "f", KeyP: "p", KeyZ: "z" },
  ...{ BracketLeft: "[", BracketRight: "]", Period: "." },
};

/**
 * The key's character, small even with Caps Lock. Where the layout writes no Latin letter, as Cyrillic does, the key's place
 * counts; where it does, as on Dvorak or a German keyboard, the letter.
 */
export function keyOf({ key, code }: KeyboardEvent): string {
  if (key.length > 1) return key === "Unidentified" ? (LATIN[code] ?? key) : key;
  return key > "~" ? (LATIN[code] ?? key) : key.toLowerCase();
}

/** Whether this is Ctrl+Z or ⌘Z. */
export function isUndo(event: KeyboardEvent): boolean {
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  return ctrlKey !== metaKey && !altKey && !shiftKey && keyOf(event) === "z";
}
