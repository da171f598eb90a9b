// The controls of all hyperparameters, built from the engine's declarations.
import { useId } from "preact/hooks";
import type { CurrentSetting } from "../../engine/pkg/lenet";
import { actions, state } from "../../state";
import { ValueInput } from "../parts/value-input";
import { Augmented } from "./augmented";
import { Pen } from "./pen";
import { Slider } from "./slider";

/** The headings of the groups of settings, by the name of each group's first setting. */
const HEADINGS: Record<string, string> = {
  learning_rate: "Training",
  weight_decay: "Regularisation",
  augment_shift: "Augmentation",
  pen_share: "Pen",
  imbalance: "Training images",
  initialization: "Start",
};

export function AllSettings() {
  return (
    <>
      {groups(state.settings.value).map(({ heading, settings }) => (
        <section key={heading} aria-label={heading}>
          <h3>{heading}</h3>
          {heading === "Augmentation" && <Augmented />}
          {heading === "Pen" && <Pen />}
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
    </>
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
