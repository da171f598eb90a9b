// The learning rate in the run bar, and the panel of all settings.
import { plain } from "../../model/words";
import { state } from "../../state";
import { PanelOver } from "../parts/panel-over";
import { Slider } from "./slider";
import "./settings.css";

const all = async () => (await import("./all")).AllSettings;

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
  return <PanelOver id="settings" name="Settings" close="Close the settings" program={all} />;
}
