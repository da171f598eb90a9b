// The network for people who do not see the picture: its layers, their sizes, and the units with the largest activations.
import { effect, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shapeOf } from "../../draw/layout/receptive-field";
import { fits, isOutput, kindName, layerName, short, sizeName, unitName } from "../../draw/names";
import type { Description, View } from "../../engine/pkg/lenet";
import { percent } from "../../model/words";
import { state } from "../../state";

/** The interval of updates: often enough to follow, and rarely enough to be read. */
const EVERY_MS = 1000;

export function NetworkInWords() {
  const lines = useSignal<string[]>([]);
  useEffect(() => {
    let timer = 0;
    const update = (): void => {
      timer = 0;
      const [network, view] = [state.description.peek(), state.view.peek()];
      if (network) lines.value = inWords(network, view && fits(network, view) ? view : null);
    };
    const stop = effect(() => {
      void [state.description.value, state.view.value];
      if (timer === 0) timer = window.setTimeout(update, EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [lines]);
  return (
    <ol class="visually-hidden" aria-label="The network in words">
      {lines.value.map((line, i) => (
        <li key={i}>{line}</li>
      ))}
    </ol>
  );
}

function inWords(network: Description, view: View | null): string[] {
  return [-1, ...network.layers.keys()].map((layer) => {
    const what = `${layerName(network, layer)}, ${sizeName(network, layer)}, ${kindName(network, layer)}`;
    if (!view || layer < 0) return what;
    if (isOutput(network, layer)) {
      const digit = view.probabilities.indexOf(Math.max(...view.probabilities));
      if (digit < 0) return `${what}; no prediction, because its values are not numbers`;
      return `${what}; predicts ${digit} with ${percent(view.probabilities[digit] ?? 0)}`;
    }
    const values = view.activations[layer] as Float32Array;
    let strongest = 0;
    for (let i = 1; i < values.length; i++) {
      if (Math.abs(values[i] as number) > Math.abs(values[strongest] as number)) strongest = i;
    }
    const { height, width } = shapeOf(network, layer);
    const at = { channel: Math.floor(strongest / (height * width)), y: Math.floor(strongest / width) % height };
    const unit = unitName(network, { layer, ...at, x: strongest % width });
    return `${what}; strongest: ${unit} with ${short(values[strongest] as number)}`;
  });
}
