// The learning rate in the run bar, and the panel of all settings.
import { signal } from "@preact/signals";
import { plain } from "../../model/words";
import { state } from "../../state";
import { ClearIcon } from "../parts/icons";
import { Late } from "../parts/late";
import { Slider } from "./slider";
import "./settings.css";

const all = async () => (await import("./all")).AllSettings;
/** Whether the panel was ever opened. */
const wanted = signal(false);

/** The learning rate, which has a slider in the run bar. */
export function RateSlider() {
  const setting = state.settings.value.find(({ name }) => name === "learning_rate");
  return (
    <label class="field rate">
      <span>
        Learning rate <output>{typeof setting?.value === "number" ? plain(setting.value) : "–"}</output>
      </span>
      {setting === undefined ? <input type="range" disabled /> : <Slider setting={setting} label="Learning rate" />}
    </label>
  );
}

/** All settings, in a panel over the page. */
export function Settings() {
  return (
    <div
      id="settings"
      popover="auto"
      class="panel-over settings"
      role="dialog"
      aria-label="Settings"
      onToggle={() => {
        wanted.value = true;
      }}
    >
      <header>
        <h2>Settings</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close the settings"
          popovertarget="settings"
          popovertargetaction="hide"
        >
          <ClearIcon />
        </button>
      </header>
      {wanted.value && <Late program={all} />}
    </div>
  );
}
