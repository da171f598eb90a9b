// Light or dark.

import { toggleTheme } from "../../page/theme";
import { state } from "../../state";
import { MoonIcon, SunIcon } from "../parts/icons";

export function ThemeToggle() {
  const dark = state.theme.value === "dark";
  const name = dark ? "Light theme" : "Dark theme";
  return (
    <button type="button" class="quiet icon-only theme-toggle" aria-label={name} title={name} onClick={toggleTheme}>
      {dark ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
