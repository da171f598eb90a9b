// The numbers and words of one layer, to be changed where they stand.
import type { Activation, Layer } from "../engine/protocol";

interface Props {
  layer: Layer;
  /** C1, …: for the names of the fields. */
  name: string;
  onChange: (layer: Layer) => void;
}

const ACTIVATIONS: Record<Activation, string> = {
  ...{ relu: "ReLU", tanh: "tanh", scaled_tanh: "scaled tanh", sigmoid: "sigmoid", none: "no activation" },
};

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
        <div class="layer-fields">
          <b>convolution</b>
          {field("filters", "filters", layer.filters)}
          {field("size", "size", layer.size)}
          {field("stride", "stride", layer.stride)}
          {field("padding", "padding", layer.padding)}
          {activation(layer.activation)}
        </div>
      );
    case "pool":
      return (
        <div class="layer-fields">
          <b>pooling</b>
          <select
            aria-label={`Kind of ${name}`}
            value={layer.kind}
            onChange={(event) => onChange({ ...layer, kind: event.currentTarget.value as "max" | "average" })}
          >
            <option value="max">max</option>
            <option value="average">mean</option>
          </select>
          {field("size", "size", layer.size)}
          {field("stride", "stride", layer.stride)}
        </div>
      );
    case "dense":
      return (
        <div class="layer-fields">
          <b>dense</b>
          {field("units", "units", layer.units)}
          {activation(layer.activation)}
        </div>
      );
  }
}
