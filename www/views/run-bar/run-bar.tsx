// The buttons that train, pause, step and reset, the choice of network and learning rate, and the numbers of the run.

import { count, figures, PRESETS, percent, rounded } from "../../model/words";
import { isTraining, toggleTraining } from "../../page/keys";
import { actions, state } from "../../state";
import { PauseIcon, PlayIcon, ResetIcon, SettingsIcon, StepIcon } from "../parts/icons";
import { RateSlider, Settings } from "../settings/settings";
import { BackendBadge, BackendPanel } from "./backend";
import { RateFinderButton, RateFinderPanel } from "./rate-finder";
import "./run-bar.css";

export function RunBar() {
  return (
    <section class="panel run-bar" aria-label="Run">
      <div class="run-buttons">
        <TrainButton />
        <button
          type="button"
          title="One mini-batch (.)"
          aria-keyshortcuts="."
          disabled={stuck()}
          onClick={() => actions.step()}
        >
          <StepIcon />
          Step
        </button>
        <button
          type="button"
          title="The same seed, the same start"
          disabled={state.status.value === null}
          onClick={() => actions.reset()}
        >
          <ResetIcon />
          Reset
        </button>
      </div>
      <div class="run-more">
        <div class="run-choices">
          <PresetSelect />
          <div class="rate-place">
            <RateSlider />
            <RateFinderButton />
          </div>
          <button
            type="button"
            class="quiet icon-only"
            aria-label="Settings"
            title="All settings"
            popovertarget="settings"
          >
            <SettingsIcon />
          </button>
          <Settings />
        </div>
        <Numbers />
      </div>
      <BackendPanel />
      <RateFinderPanel />
    </section>
  );
}

/** Whether nothing can be trained, because the engine failed or the loss is not a number. */
function stuck(): boolean {
  return state.failure.value !== null || state.status.value?.phase === "diverged";
}

function TrainButton() {
  const training = isTraining();
  return (
    <button
      type="button"
      class={training ? "primary train-button training" : "primary train-button"}
      title={training ? "Pause (space)" : "Train (space)"}
      aria-keyshortcuts="Space"
      disabled={stuck()}
      onClick={toggleTraining}
    >
      {training ? <PauseIcon /> : <PlayIcon />}
      {training ? "Pause" : "Train"}
    </button>
  );
}

function PresetSelect() {
  const preset = state.description.value?.preset ?? "lenet5";
  return (
    <label class="field">
      <span>Network</span>
      <select
        value={preset}
        disabled={state.status.value === null}
        onChange={(event) => actions.choosePreset(event.currentTarget.value)}
      >
        {PRESETS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        {!PRESETS.some(({ value }) => value === preset) && <option value={preset}>Own network</option>}
      </select>
    </label>
  );
}

function Numbers() {
  const status = state.status.value;
  const epoch = status?.epoch ?? 0;
  // A finished epoch shows a full bar, not an empty one.
  const share = status === null ? 0 : epoch > 0 && epoch % 1 === 0 && status.phase !== "training" ? 1 : epoch % 1;
  return (
    <dl class="numbers">
      <div class="number epoch">
        <dt>Epoch</dt>
        <dd>
          {epoch.toFixed(2)}
          {status !== null && <small> of {count(status.epochs)}</small>}
          <progress aria-label="Progress of the epoch" value={share} max={1} />
        </dd>
      </div>
      <Figure label="Step" value={status === null ? "–" : count(status.step)} />
      <Figure label="Training loss" value={status?.train_loss == null ? "–" : figures(status.train_loss)} />
      <Figure label="Validation" value={accuracy(status?.validation_accuracy)} />
      <Figure label="Test" value={accuracy(status?.test_accuracy)} />
      <div class="number speed">
        <dt>
          <BackendBadge />
        </dt>
        <dd>
          {status === null || status.images_per_second === 0 ? "–" : count(rounded(status.images_per_second))}
          <small> images/s</small>
        </dd>
      </div>
    </dl>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div class="number">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function accuracy(share: number | null | undefined): string {
  return share == null ? "–" : percent(share, 2);
}
