// The page's address contains the network and the changed settings: `#preset=lenet5&seed=1`.
import { effect } from "@preact/signals";
import type { Configuration } from "../engine/protocol";
import { preprocessingOf } from "../model/layer-list";
import { state } from "../state";

const DEFAULT_PRESET = "lenet5";

/** The values of the settings that differ from their defaults, by name. */
export function changedSettings(): Record<string, number | string | boolean> {
  const defaults = new Map(state.defaults.value.map(({ name, value }) => [name, value]));
  const changed = state.settings.value.filter(({ name, value }) => defaults.has(name) && defaults.get(name) !== value);
  return Object.fromEntries(changed.map(({ name, value }) => [name, value]));
}

/** The configuration in the address; null if there is none. The engine refuses unknown names with a sentence. */
export function readAddress(hash: string): Configuration | null {
  const entries = [...new URLSearchParams(hash.replace(/^#/, ""))];
  if (entries.length === 0) return null;
  return Object.fromEntries(entries.map(([name, text]) => [name, name === "preset" ? text : parsed(text)]));
}

/** Keeps the address up to date from now on, without a history entry for every move of a slider. */
export function mirrorAddress(): void {
  effect(() => {
    const preset = state.description.value?.preset ?? DEFAULT_PRESET;
    const changed = new URLSearchParams();
    if (preset !== DEFAULT_PRESET) changed.set("preset", preset);
    const preprocessing = state.description.value ? preprocessingOf(state.description.value) : "none";
    if (preprocessing !== "none") changed.set("preprocessing", preprocessing);
    for (const [name, value] of Object.entries(changedSettings())) changed.set(name, String(value));
    const hash = changed.size > 0 ? `#${changed}` : "";
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
  });
}

function parsed(text: string): number | string | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
