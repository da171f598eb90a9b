// The shape lab computes and draws the size of a layer's output, (W − F + 2P)/S + 1, or says why a window does not fit
// (CS231n's notes).
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { actions, state } from "../../state";

interface Numbers {
  width: number;
  size: number;
  stride: number;
  padding: number;
}

const FIELDS: { key: keyof Numbers; letter: string; name: string; most: number }[] = [
  { key: "width", letter: "W", name: "width of the input", most: 256 },
  { key: "size", letter: "F", name: "size of the filter", most: 64 },
  { key: "stride", letter: "S", name: "stride", most: 64 },
  { key: "padding", letter: "P", name: "zero padding", most: 64 },
];
/** The maximum width that is drawn. */
const DRAWN = 40;

const numbers = signal<Numbers>({ width: 7, size: 3, stride: 2, padding: 0 });
const found = signal<{ of: Numbers; places: number | null; refusal: string | null } | null>(null);

export function ShapeLab() {
  useEffect(() => effect(ask), []);
  const { width, size, stride, padding } = numbers.value;
  const result = found.value?.of === numbers.value ? found.value : null;
  const fraction = (width - size + 2 * padding) / stride + 1;
  return (
    <section class="shape-lab" aria-label="Shape lab">
      <h3>Does it fit?</h3>
      <div class="shape-fields">
        {FIELDS.map(({ key, letter, name, most }) => (
          <label key={key}>
            <span>
              <b>{letter}</b> {name}
            </span>
            <input
              type="number"
              min={0}
              max={most}
              value={numbers.value[key]}
              onInput={(event) => {
                const value = event.currentTarget.valueAsNumber;
                if (Number.isInteger(value) && value >= 0 && value <= most) {
                  numbers.value = { ...numbers.value, [key]: value };
                }
              }}
            />
          </label>
        ))}
      </div>
      <p class="shape-formula" role="status">
        (W − F + 2P)/S + 1 = ({width} − {size} + 2·{padding})/{stride} + 1 ={" "}
        <b>{stride === 0 || !Number.isFinite(fraction) ? "?" : Number(fraction.toFixed(3))}</b>
        {result?.places != null && (
          <span>
            {" "}
            {result.places === 1 ? "place" : "places"} a side, {result.places}×{result.places} a map
          </span>
        )}
      </p>
      {result?.refusal != null && <p class="layers-refusal">It does not fit: {result.refusal}.</p>}
      <Picture numbers={numbers.value} places={result?.places ?? null} />
    </section>
  );
}

function ask(): void {
  const of = numbers.value;
  if (state.description.value === null) return;
  actions.places(of.width, of.size, of.stride, of.padding).then(
    (places) => {
      if (numbers.peek() === of) found.value = { of, places, refusal: null };
    },
    (error) => {
      if (numbers.peek() === of) found.value = { of, places: null, refusal: String(error.message ?? error) };
    },
  );
}

/** Draws one row of the input with its padding, and below it each place of the window. */
function Picture({ numbers: { width, size, stride, padding }, places }: { numbers: Numbers; places: number | null }) {
  const padded = width + 2 * padding;
  if (padded > DRAWN) return <p class="view-words">Inputs wider than {DRAWN} are not drawn.</p>;
  const cell = Math.min(24, 300 / padded);
  const windows = stride === 0 ? 0 : Math.max(0, Math.floor((padded - size) / stride) + 1);
  const left = padded - ((windows - 1) * stride + size);
  const height = cell + 6 + windows * 7 + 4;
  return (
    <svg
      class="shape-picture"
      viewBox={`0 0 ${padded * cell} ${height}`}
      width={padded * cell}
      height={height}
      role="img"
      aria-label={`A row of ${width} with ${padding} zeros on each side, and ${windows} places of a window of ${size}${places === null && windows > 0 ? `; ${left} are left over` : ""}`}
    >
      {Array.from({ length: padded }, (_, i) => {
        const zero = i < padding || i >= padding + width;
        const over = places === null && windows > 0 && i >= padded - left;
        return (
          <rect
            key={i}
            x={i * cell + 0.5}
            y={0.5}
            width={cell - 1}
            height={cell - 1}
            class={over ? "left-over" : zero ? "zero" : "cell"}
          />
        );
      })}
      {Array.from({ length: windows }, (_, i) => (
        <rect
          key={i}
          x={i * stride * cell + 1}
          y={cell + 6 + i * 7}
          width={size * cell - 2}
          height={5}
          rx={2}
          class={places === null ? "window refused" : "window"}
        />
      ))}
    </svg>
  );
}
