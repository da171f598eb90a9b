// The controls of the engine's hyperparameters, built from what it declares of them.
import { type ComponentChildren, Fragment } from "preact";
import { useId } from "preact/hooks";
import type { Setting } from "../engine/protocol";
import { NOTCHES, scaleOf } from "../scale";
import { actions, state } from "../state";
import { plain } from "../words";
import { ClearIcon } from "./icons";

/** The one that is always in reach. */
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

/** What the settings from the one of this name on are about. */
const HEADINGS: Record<string, string> = {
  weight_decay: "Regularisation",
  augment_shift: "Augmentation",
  expand: "Training images",
  initialization: "Start",
};

/** All of them, in a panel over the page. */
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
      {state.settings.value.map((setting) => (
        <Fragment key={setting.name}>
          {HEADINGS[setting.name] && <h3>{HEADINGS[setting.name]}</h3>}
          <Control setting={setting} />
        </Fragment>
      ))}
      {state.settings.value.some(({ applies }) => applies === "reset") && (
        <footer>
          <button type="button" onClick={() => actions.reset()}>
            Reset now
          </button>
          Starts afresh with these settings.
        </footer>
      )}
    </div>
  );
}

function Control({ setting }: { setting: Setting }) {
  const id = useId();
  return (
    <div class="setting" id={`setting-${setting.name}`}>
      <label for={id}>{setting.label}</label>
      {setting.kind.type === "number" && <Slider setting={setting} label={`${setting.label}, slider`} />}
      {input(setting, id)}
      <p id={`${id}-help`}>
        {setting.help}
        {setting.applies === "reset" && <em> Takes effect at the next reset.</em>}
      </p>
    </div>
  );
}

function input(setting: Setting, id: string): ComponentChildren {
  const { kind, name, value } = setting;
  const help = `${id}-help`;
  if (kind.type === "flag") {
    return (
      <input
        id={id}
        type="checkbox"
        aria-describedby={help}
        checked={value === true}
        onChange={(event) => actions.set(name, event.currentTarget.checked)}
      />
    );
  }
  if (kind.type === "choice") {
    return (
      <select
        id={id}
        aria-describedby={help}
        value={String(value)}
        onChange={(event) => actions.set(name, event.currentTarget.value)}
      >
        {kind.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      id={id}
      type="number"
      inputMode="decimal"
      aria-describedby={help}
      min={kind.min}
      max={kind.max}
      step={kind.integer ? 1 : "any"}
      value={typeof value === "number" ? plain(value) : ""}
      onChange={(event) => {
        // An empty or impossible entry goes back to what it was; the engine refuses the rest with a sentence.
        const typed = event.currentTarget.valueAsNumber;
        if (Number.isNaN(typed)) event.currentTarget.value = String(value);
        else actions.set(name, typed);
      }}
    />
  );
}

function Slider({ setting, label }: { setting: Setting; label: string }) {
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
