// The settings that the page shows: the engine's, with the changes that the engine has not answered yet on top. An echo
// that was sent before the latest change arrived therefore cannot move a slider back under the reader's hand.
import type { CurrentSetting } from "../engine/pkg/lenet";
import { state } from "../state";

export interface Change {
  name: string;
  value: CurrentSetting["value"];
}

/** The latest unanswered change of each setting, by its name. */
const unanswered = new Map<string, Change>();

export function receiveSettings(settings: CurrentSetting[]): void {
  state.appliedSettings.value = settings;
  show();
}

/** Shows the new value at once. */
export function beginChange(name: string, value: CurrentSetting["value"]): Change {
  const change = { name, value };
  unanswered.set(name, change);
  show();
  return change;
}

/** The engine has accepted or refused the change: its own value is shown, unless a later change is still under way. */
export function endChange(change: Change): void {
  if (unanswered.get(change.name) !== change) return;
  unanswered.delete(change.name);
  show();
}

function show(): void {
  state.settings.value = state.appliedSettings
    .peek()
    .map((setting) => ({ ...setting, ...unanswered.get(setting.name) }));
}
