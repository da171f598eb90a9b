// Turns the worker's messages into state.
import { batch } from "@preact/signals";
import { withoutGpu } from "../draw/software";
import type { Client } from "../engine/client";
import type { CurrentSetting, Snapshot } from "../engine/pkg/lenet";
import { addPoints, newRun } from "../model/run";
import { presetName } from "../model/words";
import { type Run, state } from "../state";
import { changedSettings } from "./address";
import { numbersMove } from "./pace";
import { receiveSettings } from "./settings";

type Notice = Parameters<ConstructorParameters<typeof Client>[0]>[0];

/** The engine's number of the last of `state.runs`; the engine counts resets. */
let shownRun = -1;
/** The number of runs so far, for their names. */
let count = 0;
/** The run that was replaced and can be brought back. */
let replaced: Run | null = null;
/** The run that is being brought back: its points go on where they ended. */
let returning: Run | null = null;

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
      case "waiting":
        state.waiting.value = notice.waiting;
        break;
      case "unsaved":
        state.unsaved.value = notice.unsaved;
        break;
      case "replaced":
        state.replaced.value = { step: notice.step, seconds: notice.seconds };
        replaced = state.runs.value.at(-1) ?? null;
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

/** When the numbers and curves moved last, and whether there are points that the curves do not show yet. */
let numbersAt = Number.NEGATIVE_INFINITY;
let pointsWait = false;

function take({ run, status, losses, evaluations, view }: Snapshot): void {
  state.view.value = view;
  const before = state.status.peek();
  const goesOn = run === shownRun && before?.phase === "training" && status.phase === "training";
  const now = performance.now();
  const moves = !goesOn || numbersMove(now - numbersAt, withoutGpu());
  if (moves) {
    numbersAt = now;
    state.status.value = status;
  }
  if (run !== shownRun) {
    shownRun = run;
    begin(status.preset);
  }
  const current = state.runs.peek().at(-1);
  if (current === undefined) return;
  if (losses.loss.length > 0 || evaluations.length > 0) {
    addPoints(current, losses, evaluations, status);
    pointsWait = true;
  }
  if (!moves || !pointsWait) return;
  pointsWait = false;
  state.runs.value = [...state.runs.peek()];
}

/** Shows the curves of another run. */
function begin(preset: string): void {
  // A run without a step has nothing to show, so the new run replaces it.
  const earlier = state.runs.value.filter((each) => each.step.length > 0 && each !== returning);
  if (returning === null && earlier.length === state.runs.value.length) count++;
  const label = `${count} · ${presetName(preset)}${changed(state.settings.value)}`;
  state.runs.value = [...earlier, returning ?? newRun(label)];
  returning = null;
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

/** The replaced run continues, so its curves do too. */
export function bringBackRun(): void {
  returning = replaced;
}

/** Forgets the engine's number of the last run, because a new worker counts from the beginning. */
export function forgetRun(): void {
  shownRun = -1;
}
