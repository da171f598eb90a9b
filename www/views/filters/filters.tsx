// Every filter of every convolution layer: its weights, the gradients of the last mini-batch, or the change since the
// start; in order, or the strongest first.
import { signal } from "@preact/signals";
import { layerName } from "../../draw/names";
import type { Description } from "../../engine/pkg/lenet";
import { state } from "../../state";
import { FilterLayer, type Shown } from "./layer";
import "./filters.css";

const shown = signal<Shown>("weights");
const sorted = signal(false);
const NAMES: Record<Shown, { name: string; title: string }> = {
  weights: { name: "Weights", title: "The weights as they are" },
  gradients: { name: "Gradients", title: "The gradients of the last mini-batch" },
  change: { name: "Change", title: "The change since the start of the run" },
};

export function Filters() {
  const network = state.description.value;
  const layers = network?.layers.flatMap(({ layer }, i) => (layer.type === "conv" ? [i] : [])) ?? [];
  return (
    <div class="filters">
      <div class="view-bar">
        <h2>Filters</h2>
        <fieldset class="segments">
          <legend class="visually-hidden">Show</legend>
          {(Object.keys(NAMES) as Shown[]).map((choice) => (
            <label key={choice} title={NAMES[choice].title}>
              <input
                type="radio"
                name="filters-show"
                checked={shown.value === choice}
                onChange={() => {
                  shown.value = choice;
                }}
              />
              {NAMES[choice].name}
            </label>
          ))}
        </fieldset>
        <label class="check">
          <input
            type="checkbox"
            checked={sorted.value}
            onChange={(event) => {
              sorted.value = event.currentTarget.checked;
            }}
          />
          Strongest first
        </label>
      </div>
      {network && layers.length === 0 && (
        <p class="view-words">This network has no convolution layer and so no filters.</p>
      )}
      {network && (
        <div class="filter-layers">
          {layers.map((layer) => (
            <FilterLayer key={keyOf(network, layer)} network={network} layer={layer} shown={shown} sorted={sorted} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Identifies a layer's picture; a layer of another shape needs a new one. */
function keyOf(network: Description, layer: number): string {
  return `${layerName(network, layer)} ${JSON.stringify(network.layers[layer])}`;
}
