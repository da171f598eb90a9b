// A matrix of numbers, each on its colour: what the inspector is made of. A small one is a table; a wide one, of which
// there may be thousands of numbers that change many times a second, is drawn.
import { useEffect, useRef } from "preact/hooks";
import { Surface } from "../../draw/canvas";
import type { ScaleKind } from "../../draw/colour/colour";
import { type Range, rangeOf } from "../../draw/colour/range";
import { cellColours } from "../../draw/colour/readable";
import { inkOf, setFont } from "../../draw/ink";
import { short, superscript } from "../../draw/names";
import { state } from "../../state";

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

/** A wider one is drawn; beyond `LEGIBLE` columns without its numbers, which are then told on hovering. */
const TABLE = 9;
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
  /** All are written as so many powers of ten. */
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
  setFont(c, ink, { size: 11 });
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

/** In the four or five characters that a cell has: "−.42" as one writes in a margin. */
function compact(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (!Number.isFinite(value)) return short(value);
  if (size < 5e-4) return ".000";
  if (size < 0.995) return `${sign}${size.toFixed(size < 0.0995 ? 3 : 2).slice(1)}`;
  return sign + (size < 9.95 ? size.toFixed(2) : size < 99.5 ? size.toFixed(1) : size.toFixed(0));
}

/** Numbers that are all tiny share a power of ten, which stands beside the title. */
function commonPower({ low, high }: Range): number {
  const most = Math.max(Math.abs(low), Math.abs(high));
  return most < 0.02 && most > 1e-11 ? Math.floor(Math.log10(most)) : 0;
}
