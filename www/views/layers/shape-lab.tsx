// The shape lab computes and draws the size of a layer's output, (W − F + 2P)/S + 1. If that is not whole it says why this
// is unwelcome and offers the ways out (CS231n's notes); if a window does not fit at all it says why.
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Fit } from "../../engine/pkg/lenet";
import { inWords, type Numbers, waysOut } from "../../model/ways-out";
import { actions, state } from "../../state";

const FIELDS: { key: keyof Numbers; letter: string; name: string; most: number }[] = [
  { key: "width", letter: "W", name: "width of the input", most: 256 },
  { key: "size", letter: "F", name: "size of the filter", most: 64 },
  { key: "stride", letter: "S", name: "stride", most: 64 },
  { key: "padding", letter: "P", name: "zero padding", most: 64 },
];
/** The maximum width that is drawn. */
const DRAWN = 40;

const numbers = signal<Numbers>({ width: 7, size: 3, stride: 2, padding: 0 });
const found = signal<{ of: Numbers; fit: Fit | null; refusal: string | null } | null>(null);

export function ShapeLab() {
  useEffect(() => effect(ask), []);
  const { width, size, stride, padding } = numbers.value;
  const result = found.value?.of === numbers.value ? found.value : null;
  const fit = result?.fit ?? null;
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
        {fit !== null && (
          <span>
            {fit.left_over > 0 ? `, rounded down to ${fit.places} ` : " "}
            {fit.places === 1 ? "place" : "places"} a side, {fit.places}×{fit.places} a map
          </span>
        )}
      </p>
      {fit !== null && fit.left_over > 0 && <Misfit numbers={numbers.value} fit={fit} />}
      {result?.refusal != null && <p class="layers-refusal">It does not fit: {result.refusal}.</p>}
      <Picture numbers={numbers.value} fit={fit} />
    </section>
  );
}

/** Why a size that is not whole is unwelcome, what is never seen, and the ways out. */
function Misfit({ numbers: own, fit }: { numbers: Numbers; fit: Fit }) {
  const { unseen } = fit;
  return (
    <div class="shape-misfit">
      <p>
        The units do not fit neatly and symmetrically across the input, and CS231n calls such a stride invalid. PyTorch
        rounds down, and so does this page:{" "}
        {unseen.length > 0
          ? `${inWords("row", unseen)} and ${inWords("column", unseen)} are never seen.`
          : "only zeros of the padding are never seen, on two of the four sides."}
      </p>
      <p class="shape-ways">
        {waysOut(own, fit.left_over).map(({ key, value, words }) => (
          <button
            key={words}
            type="button"
            class="small"
            onClick={() => {
              numbers.value = { ...own, [key]: value };
            }}
          >
            {words}
          </button>
        ))}
      </p>
    </div>
  );
}

function ask(): void {
  const of = numbers.value;
  if (state.description.value === null) return;
  actions.places(of.width, of.size, of.stride, of.padding).then(
    (fit) => {
      if (numbers.peek() === of) found.value = { of, fit, refusal: null };
    },
    (error) => {
      if (numbers.peek() === of) found.value = { of, fit: null, refusal: String(error.message ?? error) };
    },
  );
}

/** Draws one row of the input with its padding, and below it each place of the window. */
function Picture({ numbers: { width, size, stride, padding }, fit }: { numbers: Numbers; fit: Fit | null }) {
  const padded = width + 2 * padding;
  if (padded > DRAWN) return <p class="view-words">Inputs wider than {DRAWN} are not drawn.</p>;
  const cell = Math.min(24, 300 / padded);
  const windows = fit?.places ?? 0;
  const left = fit?.left_over ?? 0;
  const height = cell + 6 + windows * 7 + 4;
  return (
    <svg
      class="shape-picture"
      viewBox={`0 0 ${padded * cell} ${height}`}
      width={padded * cell}
      height={height}
      role="img"
      aria-label={`A row of ${width} with ${padding} zeros on each side, and ${windows} places of a window of ${size}${left > 0 ? `; ${left} are left over` : ""}`}
    >
      {Array.from({ length: padded }, (_, i) => {
        const zero = i < padding || i >= padding + width;
        const over = i >= padded - left;
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
          class="window"
        />
      ))}
    </svg>
  );
}
