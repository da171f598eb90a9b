// Chooses the image that every view shows: a test image, or the drawing on the pad. A strip shows all test images, only
// those of one digit, or only those that the network predicts wrongly.
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawPixels } from "../../draw/pixels";
import { projecting } from "../../model/screen";
import { actions, imageSize, state, TEST_IMAGES } from "../../state";
import { isChord } from "../parts/chord";
import { DiceIcon, NextIcon, PencilIcon, PreviousIcon } from "../parts/icons";
import { SurveyButton } from "../parts/survey-button";
import "./image-strip.css";

/** The distance in pixels from one thumbnail to the next; image-strip.css sets the width. */
const STEP = 43;
/** The number of thumbnails beyond each side of the visible part. */
const BEYOND = 4;

interface TestImage {
  pixels: Uint8Array;
  label: number;
}

/** The images that have been fetched, by index. */
const images = signal(new Map<number, TestImage>());
/** The test image that was chosen last; "next" continues from it after a drawing. */
const place = signal(0);
const digit = signal<number | null>(null);
const wrongOnly = signal(false);
/** The visible part of the strip. */
const sight = signal({ from: 0, to: 12 });

/** The indices of the images in the strip, in order; null means all test images. */
const matching = computed<number[] | null>(() => {
  const [labels, predicted] = [state.testLabels.value, state.survey.value?.predicted];
  if ((digit.value === null && !wrongOnly.value) || labels === null) return null;
  const isWanted = (index: number): boolean =>
    (digit.value === null || labels[index] === digit.value) &&
    (!wrongOnly.value || (predicted !== undefined && predicted[index] !== labels[index]));
  return [...labels.keys()].filter(isWanted);
});
const count = computed(() => matching.value?.length ?? TEST_IMAGES);
const indexAt = (at: number): number => matching.value?.[at] ?? at;

const shown = computed(() => {
  const from = Math.max(0, sight.value.from - BEYOND);
  const to = Math.min(count.value, sight.value.to + BEYOND);
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
});

export function ImageStrip() {
  const strip = useRef<HTMLFieldSetElement>(null);
  useEffect(
    () =>
      effect(() => {
        const chosen = state.chosen.value;
        if (chosen.kind === "test") place.value = chosen.index;
      }),
    [],
  );
  useEffect(
    () =>
      effect(() => {
        if (state.description.value !== null) void fetchImages(shown.value.map(indexAt));
      }),
    [],
  );
  // Scrolls to the chosen image, wherever it was chosen.
  useEffect(() => effect(() => reveal(strip.current)), []);
  // On a projector it is hidden, and has no width.
  useEffect(
    () =>
      effect(() => {
        if (!projecting.value) requestAnimationFrame(() => strip.current !== null && look(strip.current));
      }),
    [],
  );
  const chosen = state.chosen.value;
  return (
    <div class="image-strip">
      <div class="strip-row">
        <button
          type="button"
          class="thumb"
          aria-label="Your drawing"
          title="Your drawing"
          aria-pressed={chosen.kind !== "test"}
          onClick={() => actions.choose(state.onPad.value)}
        >
          <PencilIcon />
        </button>
        <fieldset class="thumbs" aria-label="Chosen image" ref={strip} onKeyDown={arrowKeys} onScroll={scrolled}>
          <div class="thumbs-all" style={{ width: `${count.value * STEP}px` }}>
            {shown.value.map((at) => (
              <Thumb key={indexAt(at)} index={indexAt(at)} left={at * STEP} />
            ))}
            {count.value === 0 && <span class="view-words">none</span>}
          </div>
        </fieldset>
      </div>
      <div class="image-choice">
        <label>
          Test image{" "}
          <input
            type="number"
            min={0}
            max={TEST_IMAGES - 1}
            value={place.value}
            onChange={(event) => {
              const { valueAsNumber: index } = event.currentTarget;
              if (index >= 0 && index < TEST_IMAGES) actions.chooseTest(Math.floor(index));
              else event.currentTarget.value = String(place.value); // there is no such image
            }}
          />
        </label>
        {chosen.kind === "test" && <span>label {chosen.label}</span>}
        <span class="spacer" />
        <Move name="Previous test image" to={() => next(-1)}>
          <PreviousIcon />
        </Move>
        <Move name="Next test image" to={() => next(1)}>
          <NextIcon />
        </Move>
        <Move name="Random test image" to={() => indexAt(Math.floor(Math.random() * count.value))}>
          <DiceIcon />
        </Move>
      </div>
      <Narrowing />
    </div>
  );
}

/** Chooses which images are in the strip. */
function Narrowing() {
  return (
    <div class="image-choice">
      <label>
        Only{" "}
        <select
          aria-label="Only one digit"
          value={digit.value ?? ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            actions.needTestLabels();
            digit.value = value === "" ? null : Number(value);
          }}
        >
          <option value="">all digits</option>
          {Array.from({ length: state.description.value?.classes ?? 0 }, (_, i) => (
            <option key={i} value={i}>
              {i}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wrongOnly.value}
          onChange={(event) => {
            actions.needTestLabels();
            wrongOnly.value = event.currentTarget.checked;
            if (wrongOnly.value) actions.survey();
          }}
        />
        predicted wrongly
      </label>
      {matching.value !== null && <span>{count.value.toLocaleString("en")}</span>}
      <span class="spacer" />
      {wrongOnly.value && <SurveyButton brief />}
    </div>
  );
}

function Move({ name, to, children }: { name: string; to: () => number; children: preact.ComponentChildren }) {
  return (
    <button
      type="button"
      class="quiet icon-only small"
      aria-label={name}
      title={name}
      disabled={state.status.value === null || count.value === 0}
      onClick={() => actions.chooseTest(to())}
    >
      {children}
    </button>
  );
}

function Thumb({ index, left }: { index: number; left: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = images.value.get(index);
  const chosen = state.chosen.value;
  useEffect(() => {
    if (canvas.current !== null && image !== undefined)
      drawPixels(canvas.current, image.pixels, imageSize.peek().width);
  }, [image]);
  const name = image === undefined ? `Test image ${index}` : `Test image ${index}, a ${image.label}`;
  return (
    <button
      type="button"
      class="thumb"
      style={{ left: `${left}px` }}
      aria-label={name}
      title={name}
      aria-pressed={chosen.kind === "test" && chosen.index === index}
      disabled={image === undefined}
      onClick={() => image !== undefined && actions.choose({ kind: "test", index, label: image.label })}
    >
      <canvas ref={canvas} width={imageSize.value.width} height={imageSize.value.height} />
    </button>
  );
}

/** The image that is `by` places further in the strip. */
function next(by: number): number {
  const at = matching.value === null ? place.value : matching.value.indexOf(place.value);
  if (matching.value !== null && at < 0) return indexAt(0);
  return indexAt((at + by + count.value) % Math.max(1, count.value));
}

function scrolled(event: Event): void {
  look(event.currentTarget as HTMLElement);
}

function look({ scrollLeft, clientWidth }: HTMLElement): void {
  const [from, to] = [Math.floor(scrollLeft / STEP), Math.ceil((scrollLeft + clientWidth) / STEP)];
  if (from !== sight.peek().from || to !== sight.peek().to) sight.value = { from, to };
}

function reveal(strip: HTMLElement | null): void {
  const at = matching.value === null ? place.value : matching.value.indexOf(place.value);
  if (strip === null) return;
  const [left, right] = [at * STEP, (at + 1) * STEP];
  if (at >= 0 && (left < strip.scrollLeft || right > strip.scrollLeft + strip.clientWidth)) {
    strip.scrollLeft = left - strip.clientWidth / 2 + STEP / 2;
  }
  look(strip);
}

/** The number of images that are kept, which is more than any strip shows. */
const KEPT = 400;

async function fetchImages(indices: number[]): Promise<void> {
  const had = images.peek();
  const missing = indices.filter((index) => !had.has(index));
  if (missing.length === 0) return;
  try {
    const got = await actions.testImages(missing);
    const kept = [...images.peek()].slice(-KEPT);
    for (const [i, image] of got.entries()) kept.push([missing[i] as number, image]);
    images.value = new Map(kept);
  } catch {
    // the engine has failed, and the status line says so
  }
}

function arrowKeys(event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (isChord(event) || by === undefined || count.value === 0) return;
  event.preventDefault();
  actions.chooseTest(next(by));
}
