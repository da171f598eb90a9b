// The choice of a preprocessing, with what it uses (the mean image, the deviations or the first principal components) and
// the chosen image before and after it.
import { computed, effect, type ReadonlySignal, signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Legend } from "../../draw/colour/legend";
import { rangeOf } from "../../draw/colour/range";
import { fits } from "../../draw/names";
import { drawPixels, drawSigned } from "../../draw/pixels";
import type { Preprocessing as Kind } from "../../engine/pkg/lenet";
import { preprocessingOf } from "../../model/layer-list";
import { actions, imageSize, state } from "../../state";
import { Segments } from "../parts/segments";
import "./preprocessing.css";

/** The number of components that are shown. */
const SHOWN = 16;

const KINDS: Record<Kind | "none", { name: string; words: string }> = {
  none: { name: "None", words: "Every image enters the network unchanged: 0 is paper, 1 is ink." },
  center: {
    name: "Zero-centre",
    words:
      "The mean of the training images is subtracted from every pixel, so that the inputs lie around zero and the weights of a unit need not all change in the same direction (CS231n, Data preprocessing).",
  },
  standardize: {
    name: "Standardise",
    words:
      "The mean is subtracted from each pixel, which is then divided by √(σ² + 0.01) with its own standard deviation σ; the 0.01 keeps corners that hardly vary from being amplified (LeCun and others 1998, Efficient BackProp).",
  },
  whiten: {
    name: "PCA whitening",
    words:
      "The image is projected onto the 100 principal components of the training images, each is scaled to the same variance, and the result is turned back into an image (CS231n). Strokes become edges, because neighbouring pixels are no longer correlated.",
  },
};

/** The parameters of the network's preprocessing layer. */
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
        <Segments
          group="preprocessing"
          legend="The preprocessing of every image"
          choices={(Object.keys(KINDS) as (Kind | "none")[]).map((value) => ({ value, label: KINDS[value].name }))}
          chosen={kind}
          disabled={network === null}
          onChoose={(choice) => actions.preprocess(choice)}
        />
        <span class="view-words">
          It applies to training, validation and test images and to the pad. A change starts a new run.
        </span>
      </div>
      <p class="preprocessing-words">{KINDS[kind].words}</p>
      <div class="preprocessing-images">
        <Pixels caption="before" values={before} />
        {kind !== "none" && (
          <>
            <Pixels caption="mean image" values={mean} />
            {kind === "standardize" && <Signed caption="factor, 1/√(σ² + 0.01)" values={weights} />}
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
  const pixels = imageSize.value.height * imageSize.value.width;
  const rows = Array.from({ length: SHOWN }, (_, k) => all.subarray(k * pixels, (k + 1) * pixels));
  return (
    <section aria-label="The first principal components">
      <h3>
        The first {SHOWN} of {all.length / pixels} principal components
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
      <Picture
        label={`The image ${caption}`}
        draw={(canvas) => shown && drawPixels(canvas, shown, imageSize.peek().width)}
        of={shown}
      />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** Numbers with a sign, with their own scale below. */
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
  drawSigned(canvas, values, imageSize.peek().width, rangeOf(values, true), state.theme.value);
}

interface PictureProps {
  label: string;
  draw: (canvas: HTMLCanvasElement) => void;
  /** The picture is redrawn when this changes. */
  of: unknown;
}

function Picture({ label, draw, of }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = state.theme.value;
  useEffect(() => {
    if (canvas.current) draw(canvas.current);
  }, [of, theme]);
  const { height, width } = imageSize.value;
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />;
}
