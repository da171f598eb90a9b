// Every filter of every convolution layer: its weights, the gradients of the last mini-batch, or the change since the
// start; in order, or the strongest first.
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { layerName } from "../../draw/names";
import type { Description, FilterNumbers } from "../../engine/pkg/lenet";
import { actions, state } from "../../state";
import { Segments } from "../parts/segments";
import { FilterLayer } from "./layer";
import "./filters.css";

const shown = signal<FilterNumbers>("weights");
const sorted = signal(false);
const CHOICES: { value: FilterNumbers; label: string; title: string }[] = [
  { value: "weights", label: "Weights", title: "The weights as they are" },
  { value: "gradients", label: "Gradients", title: "The gradients of the last mini-batch" },
  { value: "change", label: "Change", title: "The change since the start of the run" },
];

export function Filters() {
  useEffect(() => {
    // A worker that was started after a failure has to be told again, and describes its network then.
    const stop = effect(() => {
      if (state.description.value !== null) actions.showFilters(shown.value);
    });
    return () => {
      stop();
      actions.showFilters(null);
    };
  }, []);
  const network = state.description.value;
  const layers = network?.layers.flatMap(({ layer }, i) => (layer.type === "conv" ? [i] : [])) ?? [];
  return (
    <div class="filters">
      <div class="view-bar">
        <h2>Filters</h2>
        <Segments
          group="filters-show"
          legend="Show"
          choices={CHOICES}
          chosen={shown.value}
          onChoose={(choice) => {
            shown.value = choice;
          }}
        />
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
