// What is done to every image before the network proper: choose it, and see with what: the mean image, the spread or the
// first principal components, and the chosen image before and after.
import { computed, effect, type ReadonlySignal, signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Legend } from "../../draw/colour/legend";
import { rangeOf } from "../../draw/colour/range";
import { fits } from "../../draw/names";
import { drawPixels, drawSigned } from "../../draw/pixels";
import type { Preprocessing as Kind } from "../../engine/pkg/lenet";
import { preprocessingOf } from "../../model/layer-list";
import { actions, state } from "../../state";
import "./preprocessing.css";

/** How many components are shown. */
const SHOWN = 16;
const SIDE = 28;

const KINDS: Record<Kind | "none", { name: string; words: string }> = {
  none: { name: "None", words: "Every image goes in as it is: 0 is paper, 1 is ink." },
  center: {
    name: "Zero-centre",
    words:
      "The mean of the training images is taken off every pixel, so that inputs lie around zero and weights need not all move in step (CS231n, Data preprocessing).",
  },
  standardize: {
    name: "Standardise",
    words:
      "Each pixel less its mean, divided by its own standard deviation σ: √(σ² + 0.01), so that the corners, which hardly vary, are not blown up (LeCun and others 1998, Efficient BackProp).",
  },
  whiten: {
    name: "PCA whitening",
    words:
      "Projected on the 100 principal components of the training images, each scaled to the same variance, and turned back into an image (CS231n): strokes become edges, as neighbouring pixels tell nothing new.",
  },
};

/** The numbers of the network's preprocessing layer. */
const numbers = signal<{ mean: Float32Array; weights: Float32Array | null } | null>(null);

const mean = computed(() => numbers.value?.mean ?? null);
const weights = computed(() => numbers.value?.weights ?? null);
const before = computed(() => state.view.value?.input ?? null);
const after = computed(() => {
  const [network, view] = [state.description.value, state.view.value];
  return network && view && fits(network, view) ? (view.activations[0] ?? null) : null;
});

export function Preprocessing() {
  useEffect(
    () =>
      effect(() => {
        const network = state.description.value;
        numbers.value = null;
        if (network === null || preprocessingOf(network) === "none") return;
        actions.parameters().then((tensors) => {
          if (state.description.peek() !== network) return;
          const of = (name: string) => tensors.find((tensor) => tensor.name === `Preprocess.${name}`)?.data;
          const mean = of("mean");
          if (mean) {
            const weights = of("scale") ?? of("components");
            numbers.value = { mean: Float32Array.from(mean), weights: weights ? Float32Array.from(weights) : null };
          }
        });
      }),
    [],
  );
  const network = state.description.value;
  const kind = network ? preprocessingOf(network) : "none";
  return (
    <div class="preprocessing">
      <div class="view-bar">
        <h2>Preprocessing</h2>
        <fieldset class="segments">
          <legend class="visually-hidden">What is done to every image</legend>
          {(Object.keys(KINDS) as (Kind | "none")[]).map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name="preprocessing"
                checked={kind === choice}
                disabled={network === null}
                onChange={() => actions.preprocess(choice)}
              />
              {KINDS[choice].name}
            </label>
          ))}
        </fieldset>
        <span class="view-words">Of training, validation and test images and the pad alike. Starts a new run.</span>
      </div>
      <p class="preprocessing-words">{KINDS[kind].words}</p>
      <div class="preprocessing-images">
        <Pixels caption="before" values={before} />
        {kind !== "none" && (
          <>
            <Pixels caption="mean image" values={mean} />
            {kind === "standardize" && <Signed caption="times, 1/√(σ² + 0.01)" values={weights} />}
            <Signed caption="after: what the network sees" values={after} />
          </>
        )}
      </div>
      {kind === "whiten" && <Components />}
    </div>
  );
}

function Components() {
  const all = weights.value;
  if (!all) return null;
  const rows = Array.from({ length: SHOWN }, (_, k) => all.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE));
  return (
    <section aria-label="The first principal components">
      <h3>
        The first {SHOWN} of {all.length / (SIDE * SIDE)} principal components
      </h3>
      <ol class="preprocessing-components">
        {rows.map((row, k) => (
          <li key={k}>
            <Picture label={`Principal component ${k + 1}`} draw={(canvas) => signed(canvas, row)} of={row} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Shown {
  caption: string;
  values: ReadonlySignal<Float32Array | null>;
}

function Pixels({ caption, values }: Shown) {
  const shown = values.value;
  return (
    <figure>
      <Picture label={`The image ${caption}`} draw={(canvas) => shown && drawPixels(canvas, shown, SIDE)} of={shown} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** With its own scale below. */
function Signed({ caption, values }: Shown) {
  const shown = values.value;
  const range = useComputed(() => values.value && rangeOf(values.value, true));
  return (
    <figure>
      <Picture label={caption} draw={(canvas) => shown && signed(canvas, shown)} of={shown} />
      <figcaption>{caption}</figcaption>
      <Legend kind="signed" range={range} />
    </figure>
  );
}

function signed(canvas: HTMLCanvasElement, values: Float32Array): void {
  drawSigned(canvas, values, SIDE, rangeOf(values, true), state.theme.value);
}

interface PictureProps {
  label: string;
  draw: (canvas: HTMLCanvasElement) => void;
  /** Drawn again when this is another. */
  of: unknown;
}

function Picture({ label, draw, of }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = state.theme.value;
  useEffect(() => {
    if (canvas.current) draw(canvas.current);
  }, [of, theme]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={label} />;
}
