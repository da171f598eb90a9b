// The controls of the hyperparameters, built from the engine's declarations.
import { useId } from "preact/hooks";
import type { CurrentSetting } from "../../engine/pkg/lenet";
import { NOTCHES, scaleOf } from "../../model/scale";
import { plain } from "../../model/words";
import { actions, state } from "../../state";
import { ClearIcon } from "../parts/icons";
import { ValueInput } from "../parts/value-input";
import { Augmented } from "./augmented";
import "./settings.css";

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

/** The headings of the groups of settings, by the name of each group's first setting. */
const HEADINGS: Record<string, string> = {
  learning_rate: "Training",
  weight_decay: "Regularisation",
  augment_shift: "Augmentation",
  imbalance: "Training images",
  initialization: "Start",
};

/** All settings, in a panel over the page. */
export function Settings() {
  return (
    <div id="settings" popover="auto" class="panel-over settings" role="dialog" aria-label="Settings">
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
      {groups(state.settings.value).map(({ heading, settings }) => (
        <section key={heading} aria-label={heading}>
          <h3>{heading}</h3>
          {heading === "Augmentation" && <Augmented />}
          {settings.map((setting) => (
            <Control key={setting.name} setting={setting} />
          ))}
        </section>
      ))}
      {state.settings.value.some(({ applies }) => applies === "reset") && (
        <footer>
          <button type="button" onClick={() => actions.reset()}>
            Reset now
          </button>
          Starts a new run with these settings.
        </footer>
      )}
    </div>
  );
}

/** The settings in their order, under their headings. */
function groups(settings: CurrentSetting[]): { heading: string; settings: CurrentSetting[] }[] {
  const groups: { heading: string; settings: CurrentSetting[] }[] = [];
  for (const setting of settings) {
    const heading = HEADINGS[setting.name];
    if (heading !== undefined) groups.push({ heading, settings: [] });
    groups.at(-1)?.settings.push(setting);
  }
  return groups;
}

function Control({ setting }: { setting: CurrentSetting }) {
  const id = useId();
  return (
    <div class="setting" id={`setting-${setting.name}`}>
      <label for={id}>{setting.label}</label>
      {setting.kind.type === "number" && <Slider setting={setting} label={`${setting.label}, slider`} />}
      <ValueInput
        id={id}
        kind={setting.kind}
        value={setting.value}
        aria-describedby={`${id}-help`}
        onChange={(value) => actions.set(setting.name, value)}
      />
      <p id={`${id}-help`}>
        {setting.help}
        {setting.applies === "reset" && <em> Takes effect at the next reset.</em>}
      </p>
    </div>
  );
}

function Slider({ setting, label }: { setting: CurrentSetting; label: string }) {
  const { kind, value, name } = setting;
  if (kind.type !== "number" || typeof value !== "number") return null;
  const scale = scaleOf(kind);
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={plain(value)}
      min={0}
      max={NOTCHES}
      step="any"
      value={scale.toNotch(value)}
      onInput={(event) => actions.set(name, scale.toValue(event.currentTarget.valueAsNumber))}
    />
  );
}
