// The numbers and words of one layer, to be changed where they stand.
import type { Activation, Layer, PoolKind, Preprocessing } from "../../engine/protocol";
import { ACTIVATION_HELP, LAYERS } from "../../model/layer-help";

interface Props {
  layer: Layer;
  /** C1, …: for the names of the fields. */
  name: string;
  onChange: (layer: Layer) => void;
}

const ACTIVATIONS: Record<Activation, string> = {
  ...{
    relu: "ReLU",
    leaky_relu: "leaky ReLU",
    tanh: "tanh",
    scaled_tanh: "scaled tanh",
    sigmoid: "sigmoid",
    none: "no activation",
  },
};

/** The table of connections is for so many filters. */
const TABLE_FILTERS = 16;

export function LayerFields({ layer, name, onChange }: Props) {
  const field = <Key extends string>(label: string, key: Key, value: number) => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        min={0}
        aria-label={`${label} of ${name}`}
        value={value}
        onChange={(event) => {
          const number = event.currentTarget.valueAsNumber;
          if (Number.isInteger(number) && number >= 0) onChange({ ...layer, [key]: number });
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
  const activation = (value: Activation) => (
    <select
      aria-label={`Activation of ${name}`}
      title={ACTIVATION_HELP}
      value={value}
      onChange={(event) => onChange({ ...layer, activation: event.currentTarget.value } as Layer)}
    >
      {Object.entries(ACTIVATIONS).map(([key, label]) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </select>
  );
  switch (layer.type) {
    case "conv":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>convolution</b>
          {field("filters", "filters", layer.filters)}
          {field("size", "size", layer.size)}
          {field("stride", "stride", layer.stride)}
          {field("padding", "padding", layer.padding)}
          {activation(layer.activation)}
          {(layer.filters === TABLE_FILTERS || layer.connections !== undefined) && (
            <select
              aria-label={`Connections of ${name}`}
              title="Which maps each filter sees: all, or those of the table in LeCun and others 1998, for 6 maps and 16 filters."
              value={layer.connections ?? "all"}
              onChange={(event) => {
                const { connections: _, ...others } = layer;
                onChange(event.currentTarget.value === "all" ? others : { ...others, connections: "lecun1998" });
              }}
            >
              <option value="all">all maps</option>
              <option value="lecun1998">1998 table</option>
            </select>
          )}
        </div>
      );
    case "pool":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>pooling</b>
          <select
            aria-label={`Kind of ${name}`}
            value={layer.kind}
            onChange={(event) => onChange({ ...layer, kind: event.currentTarget.value as PoolKind })}
          >
            <option value="max">max</option>
            <option value="average">mean</option>
            <option value="l2">L2</option>
          </select>
          {field("size", "size", layer.size)}
          {field("stride", "stride", layer.stride)}
        </div>
      );
    case "dense":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>dense</b>
          {field("units", "units", layer.units)}
          {activation(layer.activation)}
        </div>
      );
    case "subsample":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>subsampling</b>
          {field("size", "size", layer.size)}
          {activation(layer.activation)}
        </div>
      );
    case "preprocess":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>preprocessing</b>
          <select
            aria-label={`Kind of ${name}`}
            value={layer.kind}
            onChange={(event) => onChange({ ...layer, kind: event.currentTarget.value as Preprocessing })}
          >
            <option value="center">zero-centre</option>
            <option value="standardize">standardise</option>
            <option value="whiten">PCA whitening</option>
          </select>
        </div>
      );
    case "frame":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>frame</b>
          {field("border", "border", layer.border)}
          {(["paper", "ink"] as const).map((key) => (
            <Level
              key={key}
              label={key}
              name={name}
              value={layer[key]}
              onChange={(value) => onChange({ ...layer, [key]: value })}
            />
          ))}
        </div>
      );
    case "rbf":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>RBF output</b>
        </div>
      );
    case "dropout":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>dropout</b>
          <label>
            <span>rate</span>
            <input
              type="number"
              min={0}
              max={0.95}
              step={0.05}
              aria-label={`rate of ${name}`}
              value={Math.round(1e4 * layer.rate) / 1e4}
              onChange={(event) => {
                const rate = event.currentTarget.valueAsNumber;
                if (rate >= 0 && rate < 1) onChange({ ...layer, rate });
                else event.currentTarget.value = String(layer.rate);
              }}
            />
          </label>
        </div>
      );
    case "prelu":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>parametric ReLU</b>
        </div>
      );
    case "rrelu":
      return (
        <div class="layer-fields" title={LAYERS[layer.type].help}>
          <b>randomised ReLU</b>
        </div>
      );
  }
}

/** A number with a fraction and a sign. */
function Level(props: { label: string; name: string; value: number; onChange: (value: number) => void }) {
  return (
    <label>
      <span>{props.label}</span>
      <input
        type="number"
        step={0.05}
        aria-label={`${props.label} of ${props.name}`}
        value={Math.round(1e4 * props.value) / 1e4}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (Number.isFinite(value)) props.onChange(value);
          else event.currentTarget.value = String(props.value);
        }}
      />
    </label>
  );
}
