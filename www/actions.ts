// What the reader asks for, as calls to the engine. The console goes through the same client.
import type { Client } from "./engine/client";
import type { Chosen } from "./engine/protocol";
import { forgetRun } from "./receive";
import { type Actions, state, TEST_IMAGES } from "./state";

export function actionsOf(client: Client): Actions {
  /** A refusal is a sentence for people. */
  const say = (error: unknown) => {
    state.notice.value = error instanceof Error ? error.message : String(error);
  };
  const choose = latestOnly((chosen: Chosen) => client.call("choose", chosen).catch(say));
  const setLater = latestOnly((change: { name: string; value: number | string | boolean }) =>
    client.call("set", change.name, change.value).catch(async (error) => {
      say(error);
      state.settings.value = await client.call("settings"); // back to what the engine has
    }),
  );

  return {
    train() {
      state.notice.value = null;
      state.pretrained.value = false;
      if (state.status.value === null) state.eager.value = true;
      client
        .call("train")
        .catch(say)
        .finally(() => {
          state.eager.value = false;
        });
    },
    pause() {
      client.call("pause").catch(say);
    },
    step() {
      state.notice.value = null;
      state.pretrained.value = false;
      client.call("train", { steps: 1 }).catch(say);
    },
    reset() {
      state.notice.value = null;
      state.pretrained.value = false;
      client.call("reset").catch(say);
    },
    choosePreset(preset) {
      state.notice.value = null;
      state.pretrained.value = false;
      client.call("configure", { preset }).catch(say);
    },
    set(name, value) {
      // At once on the page, so that a slider never lags behind the hand.
      state.settings.value = state.settings.value.map((each) => (each.name === name ? { ...each, value } : each));
      state.notice.value = null;
      setLater({ name, value });
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
    testImages: (indices) => client.call("testImages", indices),
    loadTrained() {
      state.notice.value = null;
      client.call("loadTrained").then(() => {
        state.pretrained.value = true;
      }, say);
    },
    clearOldRuns() {
      state.runs.value = state.runs.value.slice(-1);
    },
    tryAgain() {
      state.failure.value = null;
      state.notice.value = null;
      state.loading.value = { received: 0, total: null };
      state.status.value = null;
      forgetRun();
      client.restart();
    },
  };
}

/** At most one call per animation frame, with the latest argument: pointers and sliders report faster than we draw. */
function latestOnly<T>(call: (argument: T) => void): (argument: T) => void {
  let latest: T;
  let asked = false;
  return (argument) => {
    latest = argument;
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      call(latest);
    });
  };
}
