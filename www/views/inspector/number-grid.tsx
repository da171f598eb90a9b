// A matrix of numbers, each on its colour. A narrow one is a table. A wide one may have thousands of numbers that change
// many times a second, so it is drawn on a canvas.
import { useEffect, useRef } from "preact/hooks";
import { Surface } from "../../draw/canvas";
import type { ScaleKind } from "../../draw/colour/colour";
import { type Range, rangeOf } from "../../draw/colour/range";
import { cellColours } from "../../draw/colour/readable";
import { inkOf, setFont } from "../../draw/ink";
import { short, superscript } from "../../draw/names";
import { state } from "../../state";

interface Props {
  /** Its name, written above it. */
  title: string;
  /** How its numbers are computed. */
  remark?: string;
  values: Float32Array;
  columns: number;
  kind: ScaleKind;
  range?: Range;
  /** The index of a number that stands out, as the largest of a max pool. */
  marked?: number;
  /** Whether the number of an index lies in the padding. */
  outside?: (index: number) => boolean;
}

/** The maximum number of columns of a table. */
const TABLE = 9;
/** The maximum number of columns that have room for numbers; beyond it, hovering shows each number. */
const LEGIBLE = 25;

export function NumberGrid(props: Props) {
  const { title, remark, values, columns, kind, range } = props;
  const reach = range ?? rangeOf(values, kind === "signed");
  const power = columns <= LEGIBLE ? commonPower(reach) : 0;
  const words = [remark, power < 0 ? `× 10${superscript(power)}` : ""].filter(Boolean).join(" · ");
  return (
    <figure class="number-grid" tabIndex={columns > TABLE ? 0 : undefined}>
      <figcaption>
        <b>{title}</b>
        {words !== "" && <span>{words}</span>}
      </figcaption>
      {columns <= TABLE ? (
        <Cells {...props} reach={reach} power={power} />
      ) : (
        <Drawn {...props} reach={reach} power={power} />
      )}
    </figure>
  );
}

interface Scaled extends Props {
  reach: Range;
  /** The exponent of the power of ten by which all numbers are divided. */
  power: number;
}

function Cells({ title, values, columns, kind, marked, outside, reach, power }: Scaled) {
  const theme = state.theme.value;
  return (
    <table aria-label={title}>
      <tbody>
        {Array.from({ length: Math.ceil(values.length / columns) }, (_, row) => (
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
                >
                  {compact(value / 10 ** power)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drawn(props: Scaled) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const surface = useRef<Surface | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!box.current || !canvas.current) return;
    const made = new Surface({
      canvas: canvas.current,
      host: box.current,
      sizeIn: () => sizeOf(latest.current),
      draw: (context) => paint(context, latest.current),
    });
    surface.current = made;
    made.invalidate();
    return () => {
      surface.current = null;
      made.dispose();
    };
  }, []);
  surface.current?.invalidate();
  const { title, values, columns } = props;
  const { width, height } = cellSize(props);
  return (
    <div ref={box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${title}: ${values.length} numbers`}
        onPointerMove={(event) => {
          const [row, column] = [Math.floor(event.offsetY / height), Math.floor(event.offsetX / width)];
          event.currentTarget.title = short(values[row * columns + column] ?? Number.NaN);
        }}
      />
    </div>
  );
}

function cellSize({ columns }: Props): { width: number; height: number } {
  return columns <= LEGIBLE ? { width: 38, height: 27 } : { width: 14, height: 14 };
}

function sizeOf(props: Props): { width: number; height: number } {
  const { width, height } = cellSize(props);
  return { width: width * props.columns, height: height * Math.ceil(props.values.length / props.columns) };
}

function paint(c: CanvasRenderingContext2D, props: Scaled): void {
  const { values, columns, kind, reach, power } = props;
  const { width, height } = cellSize(props);
  const theme = state.theme.peek();
  const ink = inkOf(c.canvas);
  setFont(c, ink, { size: 12 });
  c.textAlign = "center";
  c.textBaseline = "middle";
  for (const [i, value] of values.entries()) {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    const { background, color } = cellColours(value, reach, kind, theme);
    c.fillStyle = background;
    c.fillRect(x, y, width - 1, height - 1);
    if (columns > LEGIBLE) continue;
    c.fillStyle = color;
    c.fillText(compact(value / 10 ** power), x + width / 2, y + height / 2);
  }
  c.textBaseline = "alphabetic";
}

/** A number in the four or five characters that fit in a cell: "−.42". */
function compact(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (!Number.isFinite(value)) return short(value);
  if (size < 5e-4) return ".000";
  if (size < 0.995) return `${sign}${size.toFixed(size < 0.0995 ? 3 : 2).slice(1)}`;
  return sign + (size < 9.95 ? size.toFixed(2) : size < 99.5 ? size.toFixed(1) : size.toFixed(0));
}

/** The exponent that tiny numbers share, which is written beside the title; 0 for others. */
function commonPower({ low, high }: Range): number {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return largest < 0.02 && largest > 1e-11 ? Math.floor(Math.log10(largest)) : 0;
}
