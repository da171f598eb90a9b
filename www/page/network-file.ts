// Opens files of networks, with or without a run. Any other file is refused for what it is.
import type { Client } from "../engine/client";
import type { Status } from "../engine/pkg/lenet";
import { count, presetName } from "../model/words";
import { state } from "../state";
import type { Opener } from "./opener";

export function networkOpener(client: Client): Opener {
  return {
    takes: () => true,
    async open(file) {
      const assumed = await client.call("load", file);
      const status = await client.call("status");
      state.opened.value = { step: status.step, words: opened(file.name, status), assumed };
    },
  };
}

/** A description of the file that was opened. */
function opened(name: string, { preset, step, epoch, phase }: Status): string {
  const network = presetName(preset);
  if (step === 0) return `Opened ${name}: ${network}. Train starts a run with these weights.`;
  const next = phase === "finished" ? "Its schedule has ended. Train starts another." : "Train continues from there.";
  return `Opened ${name}: ${network} at step ${count(step)}, epoch ${epoch.toFixed(2)}. ${next}`;
}
