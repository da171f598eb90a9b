// Implements what views can ask for with calls to the engine. The console uses the same client.

import type { Client } from "../engine/client";
import type { Configuration, Writing } from "../engine/protocol";
import { preprocessingOf } from "../model/layer-list";
import { type Actions, type Chosen, state, TEST_IMAGES } from "../state";
import { type Address, changedSettings } from "./address";
import { download } from "./files";
import { openerOf } from "./open";
import { bringBackRun, forgetRun } from "./receive";
import { beginChange, type Change, endChange } from "./settings";

export function actionsOf(client: Client, address: Address): Actions {
  /** Shows why a call was refused. */
  const say = (error: unknown) => {
    if (state.failure.value !== null) return; // nothing works then, and the page already says why
    state.notice.value = error instanceof Error ? error.message : String(error);
  };
  const choose = latestOnly((chosen: Chosen) => client.call("choose", chosen).catch(say));
  const openFiles = openerOf(client);
  let sweeps = 0;
  const changes = new Map<string, Change>();
  const sendNow = () => {
    for (const change of changes.values()) {
      client
        .call("set", change.name, change.value)
        .catch(say)
        .finally(() => endChange(change));
    }
    changes.clear();
  };
  const sendChanges = latestOnly(sendNow);

  let toSlide: Writing | null = null;
  const slide = async (writing: Writing) => {
    const idle = toSlide === null;
    toSlide = writing;
    if (!idle) return;
    for (let next: Writing | null = writing; next !== null; next = toSlide === next ? null : toSlide) {
      const of = next;
      state.slide.value = await client.call("slide", of).then(
        (found) => ({ of, found }),
        (error) => ({ refused: error instanceof Error ? error.message : String(error) }),
      );
    }
    toSlide = null;
  };

  const configure = (configuration: Configuration) => {
    state.notice.value = null;
    client.call("configure", configuration).catch(say);
  };
  /** Downloads the bytes of a format. The file's name has the network, the step and this ending. */
  const save = async (format: string, ending: string) => {
    state.notice.value = null;
    const { preset = "lenet", step = 0 } = state.status.value ?? {};
    try {
      download(`${preset}-step-${step}${ending}`, await client.call("save", format));
    } catch (error) {
      say(error);
    }
  };
  /** Starts another network with the same backend and the settings that the reader changed. */
  const reconfigure = (network: Configuration) =>
    configure({ ...changedSettings(), backend: state.status.value?.choice.wanted ?? "auto", ...network });

  return {
    train() {
      state.notice.value = null;
      if (state.status.value === null) state.eager.value = true;
      client.call("train").catch(say);
    },
    pause() {
      state.eager.value = false;
      client.call("pause").catch(say);
    },
    step() {
      state.notice.value = null;
      client.call("train", { steps: 1 }).catch(say);
    },
    reset() {
      state.notice.value = null;
      client.call("reset").catch(say);
    },
    undo() {
      state.notice.value = null;
      state.replaced.value = null;
      bringBackRun();
      client.call("undo").catch(say);
    },
    choosePreset(preset) {
      const network = state.description.value;
      const preprocessing = network ? preprocessingOf(network) : "none";
      reconfigure({ preset, preprocessing });
    },
    configureLayers(layers) {
      reconfigure({ layers });
    },
    preprocess(preprocessing) {
      const layers = state.description.value?.layers.map(({ layer }) => layer);
      if (layers !== undefined) reconfigure({ layers, preprocessing });
    },
    parameters: () => client.call("parameters"),
    configure,
    set(name, value) {
      changes.set(name, beginChange(name, value));
      state.notice.value = null;
      sendChanges(undefined);
    },
    setBackend(backend) {
      state.notice.value = null;
      client.call("setBackend", backend).catch(say);
    },
    compareBackends() {
      state.notice.value = null;
      client.call("compareBackends").catch(say);
    },
    choose(chosen) {
      state.chosen.value = chosen;
      choose(chosen);
    },
    async chooseTest(index) {
      const within = ((Math.round(index) % TEST_IMAGES) + TEST_IMAGES) % TEST_IMAGES;
      const [image] = await client.call("testImages", [within]);
      if (image !== undefined) this.choose({ kind: "test", index: within, label: image.label });
    },
    showFilters(numbers) {
      client.call("showFilters", numbers).catch(say);
    },
    inspect(unit) {
      // A pixel is not computed from anything.
      client.call("inspect", unit !== null && unit.layer >= 0 ? unit : null).catch(say);
    },
    survey() {
      if (state.surveying.value) return;
      state.surveying.value = true;
      const { description } = state;
      const network = description.value;
      client
        .call("survey")
        .then((survey) => {
          if (description.value === network) state.survey.value = survey;
        }, say)
        .finally(() => {
          state.surveying.value = false;
        });
    },
    slide(writing) {
      void slide(writing);
    },
    needTestLabels() {
      if (state.testLabels.value !== null) return;
      client.call("testLabels").then((labels) => {
        state.testLabels.value = labels;
      }, say);
    },
    findLearningRate() {
      const own = ++sweeps;
      const isLast = () => own === sweeps;
      state.sweeping.value = true;
      state.rates.value = null;
      client
        .call("findLearningRate")
        .then(
          (curve) => {
            if (isLast()) state.rates.value = curve;
          },
          // A sweep that a later one has ended reports nothing.
          (error) => isLast() && say(error),
        )
        .finally(() => {
          if (isLast()) state.sweeping.value = false;
        });
    },
    trainEnsemble(members) {
      state.notice.value = null;
      client.call("ensemble", { members }).catch(say);
    },
    forgetEnsemble() {
      client.call("forgetEnsemble").catch(say);
    },
    describe: (layers) => client.call("describe", layers),
    places: (...given) => client.call("places", ...given),
    testImages: (indices) => client.call("testImages", indices),
    augmented(...given) {
      sendNow(); // the engine's answer depends on the settings
      return client.call("augmented", ...given);
    },
    drawings: (...given) => client.call("drawings", ...given),
    expanded: (pixels) => client.call("expanded", pixels),
    loadTrained() {
      state.notice.value = null;
      client.call("loadTrained").catch(say);
    },
    saveRun: () => void save("safetensors", ".safetensors"),
    saveNetwork: (format) => void save(format, format === "onnx" ? ".onnx" : "-network.safetensors"),
    openFiles: (files) => void openFiles(files),
    clearOldRuns() {
      state.runs.value = state.runs.value.slice(-1);
    },
    tryAgain() {
      state.failure.value = null;
      state.notice.value = null;
      state.loading.value = { received: 0, total: null };
      state.status.value = null;
      state.waiting.value = null;
      state.unsaved.value = false;
      state.replaced.value = null;
      forgetRun();
      client.restart();
      address.followNow();
    },
  };
}

/**
 * Makes the first call at once, and then at most one per animation frame with the latest argument: pointers and sliders
 * report faster than the page draws.
 */
function latestOnly<T>(call: (argument: T) => void): (argument: T) => void {
  let latest: { argument: T } | null = null;
  let resting = false;
  const pass = (argument: T) => {
    call(argument);
    resting = true;
    requestAnimationFrame(() => {
      resting = false;
      const next = latest;
      latest = null;
      if (next !== null) pass(next.argument);
    });
  };
  return (argument) => {
    if (resting) latest = { argument };
    else pass(argument);
  };
}
