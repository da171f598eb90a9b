// A small matrix of numbers, each on its colour: what the inspector is made of.
import type { ScaleKind } from "../draw/colour";
import { short, superscript } from "../draw/names";
import { type Range, rangeOf } from "../draw/range";
import { cellColours } from "../draw/readable";
import { state } from "../state";

interface Props {
  /** What it is, above it. */
  title: string;
  /** And how it is reckoned. */
  remark?: string;
  values: Float32Array;
  columns: number;
  kind: ScaleKind;
  range?: Range;
  /** One that stands out: the winner of a pool. */
  marked?: number;
  /** Which lie in the padding. */
  outside?: (index: number) => boolean;
}

/** Beyond so many columns there is no room for numbers: they are told on hovering. */
const LEGIBLE = 9;

export function NumberGrid({ title, remark, values, columns, kind, range, marked, outside }: Props) {
  const rows = Math.ceil(values.length / columns);
  const reach = range ?? rangeOf(values, kind === "signed");
  const theme = state.theme.value;
  const legible = columns <= LEGIBLE;
  const power = legible ? commonPower(reach) : 0;
  const words = [remark, power < 0 ? `× 10${superscript(power)}` : ""].filter(Boolean).join(" · ");
  return (
    <figure class={legible ? "number-grid" : "number-grid fine"}>
      <figcaption>
        <b>{title}</b>
        {words !== "" && <span>{words}</span>}
      </figcaption>
      <table aria-label={title}>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              {[...values.subarray(row * columns, (row + 1) * columns)].map((value, column) => {
                const index = row * columns + column;
                const padding = outside?.(index) ?? false;
                return (
                  <td
                    key={column}
                    class={`${index === marked ? "marked" : ""} ${padding ? "padding" : ""}`}
                    style={padding ? {} : cellColours(value, reach, kind, theme)}
                    data-value={value}
                    title={legible ? "" : short(value)}
                  >
                    {legible && compact(value / 10 ** power)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** In the four or five characters that a cell has: "−.42" as one writes in a margin. */
function compact(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (!Number.isFinite(value)) return short(value);
  if (size < 5e-4) return `${sign}.000`;
  if (size < 0.995) return `${sign}${size.toFixed(size < 0.0995 ? 3 : 2).slice(1)}`;
  return sign + (size < 9.95 ? size.toFixed(2) : size < 99.5 ? size.toFixed(1) : size.toFixed(0));
}

/** Numbers that are all tiny share a power of ten, which stands beside the title. */
function commonPower({ low, high }: Range): number {
  const most = Math.max(Math.abs(low), Math.abs(high));
  return most < 0.02 && most > 1e-11 ? Math.floor(Math.log10(most)) : 0;
}
