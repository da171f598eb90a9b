// Light or dark: the reader's choice if there is one, otherwise the system's, which is followed when it changes.
import { effect } from "@preact/signals";
import { state } from "../state";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
/** The reader's own palette is light or dark as the system says, and the canvases must be legible on it. */
const forced = matchMedia("(forced-colors: active)");

/** What the reader has chosen. index.html has already applied it before the first paint, so that nothing flashes. */
let chosen = remembered();
/** Paper is light. */
let printing = false;

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
  state.theme.value = printing ? "light" : theme;
}

export function startTheme(): void {
  follow();
  system.addEventListener("change", follow);
  forced.addEventListener("change", follow);
  // The surfaces are painted for paper after this, because they are mounted later.
  for (const event of ["beforeprint", "afterprint"]) {
    addEventListener(event, () => {
      printing = event === "beforeprint";
      follow();
    });
  }
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
