// Light or dark: the reader's choice if there is one, otherwise the system's, which is followed when it changes.
import { effect } from "@preact/signals";
import { printing } from "../model/screen";
import { state } from "../state";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
/** The reader's own palette is light or dark as the system says, and the canvases must be legible on it. */
const forced = matchMedia("(forced-colors: active)");

/** What the reader has chosen. index.html has already applied it before the first paint, so that nothing flashes. */
let chosen = remembered();

function remembered(): "light" | "dark" | null {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    return null; // some private windows refuse storage
  }
}

function follow(): void {
  const theme = (forced.matches ? null : chosen) ?? (system.matches ? "dark" : "light");
  state.theme.value = printing.value ? "light" : theme; // paper is light
}

export function startTheme(): void {
  system.addEventListener("change", follow);
  forced.addEventListener("change", follow);
  effect(follow); // when the page is printed
  effect(() => {
    document.documentElement.dataset.theme = state.theme.value;
  });
}

export function toggleTheme(): void {
  chosen = state.theme.value === "dark" ? "light" : "dark";
  state.theme.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // the choice is not remembered then
  }
}
