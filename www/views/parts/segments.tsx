// A choice of a few, side by side: radio buttons that look like one bar.

interface Props<Value> {
  /** The name of the group of radio buttons; no other group on the page has it. */
  group: string;
  /** What is chosen, for screen readers. */
  legend: string;
  choices: readonly { value: Value; label: string; title?: string }[];
  chosen: Value;
  disabled?: boolean;
  onChoose: (value: Value) => void;
}

export function Segments<Value extends string | number>(props: Props<Value>) {
  const { group, legend, choices, chosen, disabled = false, onChoose } = props;
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{legend}</legend>
      {choices.map(({ value, label, title }) => (
        <label key={value} title={title}>
          <input
            type="radio"
            name={group}
            checked={value === chosen}
            disabled={disabled}
            onChange={() => onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
