// Light or dark: the reader's choice if there is one, otherwise the system's, which is followed when it changes.
import { effect } from "@preact/signals";
import { state } from "../state";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
/** The reader's own palette is light or dark as the system says, and the canvases must be legible on it. */
const forced = matchMedia("(forced-colors: active)");

/** index.html has already done the same before the first paint, so that nothing flashes. */
function remembered(): "light" | "dark" | null {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    return null; // some private windows refuse storage
  }
}

export function startTheme(): void {
  let printing = false;
  const follow = () => {
    const chosen = (forced.matches ? null : remembered()) ?? (system.matches ? "dark" : "light");
    state.theme.value = printing ? "light" : chosen;
  };
  follow();
  // Paper is light. The surfaces are painted for it after this, because they are mounted later.
  for (const event of ["beforeprint", "afterprint"]) {
    addEventListener(event, () => {
      printing = event === "beforeprint";
      follow();
    });
  }
  system.addEventListener("change", follow);
  forced.addEventListener("change", follow);
  effect(() => {
    document.documentElement.dataset.theme = state.theme.value;
  });
}

export function toggleTheme(): void {
  state.theme.value = state.theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, state.theme.value);
  } catch {
    // the choice is not remembered then
  }
}
