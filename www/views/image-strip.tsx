// Chooses the image that every view shows: a test image, or what is on the pad.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawPixels } from "../draw/pixels";
import { actions, state, TEST_IMAGES } from "../state";
import { DiceIcon, NextIcon, PencilIcon, PreviousIcon } from "./icons";

/** How many thumbnails lie side by side. */
const SHOWN = 6;

interface TestImage {
  pixels: Uint8Array;
  label: number;
}

/** The thumbnails on show, by index. */
const images = signal(new Map<number, TestImage>());
/** The test image that was chosen last: where "next" goes on from after a drawing. */
const place = signal(0);

export function ImageStrip() {
  useSignalEffect(() => {
    const chosen = state.chosen.value;
    if (chosen.kind === "test") place.value = chosen.index;
    if (state.description.value !== null) void fetchImages(shownIndices());
  });
  const chosen = state.chosen.value;
  return (
    <div class="image-strip">
      <fieldset class="thumbs" aria-label="Chosen image" onKeyDown={arrowKeys}>
        <button
          type="button"
          class="thumb"
          aria-label="Your drawing"
          title="Your drawing"
          aria-pressed={chosen.kind === "drawing"}
          onClick={() => actions.choose({ kind: "drawing", strokes: state.drawing.value })}
        >
          <PencilIcon />
        </button>
        {shownIndices().map((index) => (
          <Thumb key={index} index={index} />
        ))}
      </fieldset>
      <div class="image-choice">
        <label>
          Test image{" "}
          <input
            type="number"
            min={0}
            max={TEST_IMAGES - 1}
            value={place.value}
            onChange={(event) => {
              const index = event.currentTarget.valueAsNumber;
              if (!Number.isNaN(index)) actions.chooseTest(index);
            }}
          />
        </label>
        {chosen.kind === "test" && <span>label {chosen.label}</span>}
        <span class="spacer" />
        <Move name="Previous test image" to={() => place.value - 1}>
          <PreviousIcon />
        </Move>
        <Move name="Next test image" to={() => place.value + 1}>
          <NextIcon />
        </Move>
        <Move name="Random test image" to={() => Math.floor(Math.random() * TEST_IMAGES)}>
          <DiceIcon />
        </Move>
      </div>
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
      disabled={state.status.value === null}
      onClick={() => actions.chooseTest(to())}
    >
      {children}
    </button>
  );
}

function Thumb({ index }: { index: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = images.value.get(index);
  const chosen = state.chosen.value;
  useEffect(() => {
    if (canvas.current !== null && image !== undefined) drawPixels(canvas.current, image.pixels, 28);
  }, [image]);
  const name = image === undefined ? `Test image ${index}` : `Test image ${index}, a ${image.label}`;
  return (
    <button
      type="button"
      class="thumb"
      aria-label={name}
      title={name}
      aria-pressed={chosen.kind === "test" && chosen.index === index}
      disabled={image === undefined}
      onClick={() => image !== undefined && actions.choose({ kind: "test", index, label: image.label })}
    >
      <canvas ref={canvas} width={28} height={28} />
    </button>
  );
}

/** A page of thumbnails with the present place in it. */
function shownIndices(): number[] {
  const first = Math.min(Math.floor(place.value / SHOWN) * SHOWN, TEST_IMAGES - SHOWN);
  return Array.from({ length: SHOWN }, (_, i) => first + i);
}

async function fetchImages(indices: number[]): Promise<void> {
  const had = images.peek();
  if (indices.every((index) => had.has(index))) return;
  try {
    const got = await actions.testImages(indices);
    images.value = new Map(indices.flatMap((index, i) => (got[i] === undefined ? [] : [[index, got[i]]])));
  } catch {
    // the engine has failed: the status line says so
  }
}

function arrowKeys(event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  actions.chooseTest(place.value + by);
}
