// The control of one value that the engine declares: a hyperparameter, or a field of a layer.
import type { SettingKind, Value } from "../../engine/pkg/lenet";
import { plain } from "../../model/words";

interface Props {
  kind: SettingKind;
  value: Value;
  onChange: (value: Value) => void;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

export function ValueInput({ kind, value, onChange, ...attributes }: Props) {
  if (kind.type === "flag") {
    return (
      <input
        {...attributes}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (kind.type === "choice") {
    return (
      <select {...attributes} value={String(value)} onChange={(event) => onChange(event.currentTarget.value)}>
        {kind.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  const written = typeof value !== "number" ? "" : kind.integer ? String(value) : plain(value);
  return (
    <input
      {...attributes}
      type="number"
      inputMode="decimal"
      min={kind.min}
      max={kind.max}
      step={kind.integer ? 1 : "any"}
      value={written}
      onChange={(event) => {
        // An entry that is not a number goes back to what it was; the engine refuses the rest with a sentence.
        const typed = event.currentTarget.valueAsNumber;
        if (Number.isNaN(typed)) event.currentTarget.value = written;
        else onChange(typed);
      }}
    />
  );
}
