// Light or dark.
import { state } from "../state";
import { toggleTheme } from "../theme";
import { MoonIcon, SunIcon } from "./icons";

export function ThemeToggle() {
  const dark = state.theme.value === "dark";
  const name = dark ? "Light theme" : "Dark theme";
  return (
    <button type="button" class="quiet icon-only theme-toggle" aria-label={name} title={name} onClick={toggleTheme}>
      {dark ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
