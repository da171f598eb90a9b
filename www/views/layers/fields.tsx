// The fields of one layer, as its kind declares them, to be changed where they stand.
import { useId } from "preact/hooks";
import type { FieldDeclaration, Layer, Value } from "../../engine/pkg/lenet";
import { state } from "../../state";
import { ValueInput } from "../parts/value-input";

interface Props {
  layer: Layer;
  /** The layer's name in the network, "C1", for the names of its fields. */
  name: string;
  /** The field that the engine refused, if any. */
  wrong: string | null;
  onChange: (layer: Layer) => void;
}

export function LayerFields({ layer, name, wrong, onChange }: Props) {
  const kind = state.layerKinds.value.find(({ type }) => type === layer.type);
  if (kind === undefined) return null;
  const values: Record<string, Value> = { ...layer };
  return (
    <div class="layer-fields" title={kind.help}>
      <b>{kind.label}</b>
      {kind.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          name={name}
          value={values[field.name] ?? field.default}
          wrong={wrong === field.name}
          onChange={(value) => onChange({ ...layer, [field.name]: value } as Layer)}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  field: FieldDeclaration;
  name: string;
  value: Value;
  wrong: boolean;
  onChange: (value: Value) => void;
}

/** The options of a choice explain themselves; a number needs its label. */
function Field({ field, name, value, wrong, onChange }: FieldProps) {
  const id = useId();
  return (
    <label for={id} title={field.help}>
      {field.kind.type === "number" && <span>{field.label}</span>}
      <ValueInput
        id={id}
        kind={field.kind}
        value={value}
        aria-label={`${field.label} of ${name}`}
        aria-invalid={wrong}
        onChange={onChange}
      />
    </label>
  );
}
