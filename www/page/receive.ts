// Turns the worker's messages into state.
import { batch } from "@preact/signals";
import type { Client } from "../engine/client";
import type { CurrentSetting, Snapshot } from "../engine/pkg/lenet";
import { addPoints, newRun } from "../model/run";
import { presetName } from "../model/words";
import { state } from "../state";
import { changedSettings } from "./address";
import { receiveSettings } from "./settings";

type Notice = Parameters<ConstructorParameters<typeof Client>[0]>[0];

/** The engine's number of the last of `state.runs`; the engine counts resets. */
let shownRun = -1;
/** The number of runs so far, for their names. */
let count = 0;

export function receive(notice: Notice): void {
  batch(() => {
    switch (notice.type) {
      case "loading":
        state.loading.value = { received: notice.received, total: notice.total };
        break;
      case "loaded":
        state.loading.value = null;
        break;
      case "ready":
      case "configured":
        if (notice.type === "ready") {
          state.eager.value = false;
          state.defaults.value = notice.settings;
          state.layerKinds.value = notice.layerKinds;
          state.limits.value = notice.limits;
          // A new worker has no members.
          state.ensemble.value = { underWay: null, result: null };
          state.opinion.value = null;
        }
        state.description.value = notice.description;
        receiveSettings(notice.settings);
        state.pretrained.value = notice.trained;
        state.opened.value = null;
        state.pinned.value = null;
        state.hovered.value = null;
        state.survey.value = null;
        break;
      case "settings":
        receiveSettings(notice.settings);
        break;
      case "snapshot":
        take(notice.snapshot);
        break;
      case "rates":
        if (state.sweeping.value) state.rates.value = notice.curve;
        break;
      case "ensemble":
        state.ensemble.value = notice.ensemble;
        break;
      case "opinion":
        state.opinion.value = notice.opinion;
        break;
      case "preparing":
        state.preparing.value = notice.busy;
        break;
      case "notice":
        state.notice.value = notice.message;
        break;
      case "failed":
        state.failure.value = notice.message;
        break;
    }
  });
}

function take({ run, status, losses, evaluations, view }: Snapshot): void {
  state.status.value = status;
  state.view.value = view;
  const began = run !== shownRun;
  if (began) {
    shownRun = run;
    // A run without a step has nothing to show, so the new run replaces it.
    const earlier = state.runs.value.filter(({ step }) => step.length > 0);
    if (earlier.length === state.runs.value.length) count++;
    state.runs.value = [...earlier, newRun(`${count} · ${presetName(status.preset)}${changed(state.settings.value)}`)];
  }
  if (losses.loss.length === 0 && evaluations.length === 0) return;
  const current = state.runs.value.at(-1);
  if (current === undefined) return;
  addPoints(current, losses, evaluations, status);
  state.runs.value = [...state.runs.value];
}

/** The settings that distinguish a run most, for its name. */
function changed(settings: CurrentSetting[]): string {
  const rate = settings.find(({ name }) => name === "learning_rate");
  const optimizer = settings.find(({ name }) => name === "optimizer");
  const parts: string[] = [];
  if (optimizer?.kind.type === "choice") {
    parts.push(optimizer.kind.options.find(({ value }) => value === optimizer.value)?.label ?? String(optimizer.value));
  }
  if (rate !== undefined) parts.push(`rate ${rate.value}`);
  const unusual = changedSettings();
  for (const { name, label } of settings) {
    if (unusual[name] === true) parts.push(label.toLowerCase());
    else if (name === "imbalance" && name in unusual) parts.push(`imbalance ${unusual[name]}`);
  }
  if (Object.keys(unusual).some((name) => name.startsWith("augment_"))) parts.push("augmented");
  // The members of an ensemble differ in it.
  if (unusual.seed !== undefined) parts.push(`seed ${unusual.seed}`);
  return parts.length > 0 ? ` · ${parts.join(", ")}` : "";
}

/** Forgets the engine's number of the last run, because a new worker counts from the beginning. */
export function forgetRun(): void {
  shownRun = -1;
}
