// Reads a number: the network slides over several digits on a wide paper in one pass, and the digits are read from its
// scores.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Legend } from "../../draw/colour/legend";
import { GUTTER, type ScorePlace, scoreAt, windowPixels } from "../../draw/layout/score-map";
import { PEN } from "../../draw/paint/slide";
import { penOn } from "../../draw/pen";
import { drawPixels } from "../../draw/pixels";
import type { Stroke } from "../../draw/stroke";
import type { Slide } from "../../engine/pkg/lenet";
import type { Writing } from "../../engine/protocol";
import { percent } from "../../model/words";
import { actions, imageSize, state, TEST_IMAGES } from "../../state";
import { ClearIcon, UndoIcon } from "../parts/icons";
import { paperKeys, thenKeys } from "../parts/paper-keys";
import { startSliding } from "./canvas";
import "./sliding.css";

/** The minimum interval of slides while the network trains. */
const EVERY_MS = 250;
/** The number of test images in an example. */
const EXAMPLE = 5;

/** The place that the reader points at. */
const pointed = signal<ScorePlace | null>(null);
/** The writings before each change, for Undo. */
const past = signal<Writing[]>([]);
/** The first test image of the next example. */
let example = 0;

const certain = signal({ low: 0, high: 1 });

export function Sliding() {
  const root = useRef<HTMLDivElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  const paperCanvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sign = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (!root.current || !paper.current || !paperCanvas.current || !box.current) return;
    if (!canvas.current || !sign.current || !spoken.current) return;
    const stopFollowing = follow(root.current);
    const elements = { paper: paper.current, paperCanvas: paperCanvas.current, box: box.current };
    const stop = startSliding(
      { ...elements, canvas: canvas.current, sign: sign.current, spoken: spoken.current },
      pointed,
    );
    return () => {
      stopFollowing();
      stop();
    };
  }, []);

  const last = state.slide.value;
  const found = last !== null && "found" in last ? last.found : null;
  const refused = last !== null && "refused" in last ? last.refused : null;
  const empty = isEmpty(state.writing.value);
  return (
    <div class="sliding" ref={root}>
      <div class="view-bar">
        <h2>Read a number</h2>
        <span class="view-words">
          A dense layer is a convolution, too. The network for one digit can therefore slide over the whole paper in one
          pass.
        </span>
        <div class="sliding-tools">
          <button type="button" class="small" onClick={putExample}>
            Example
          </button>
          <button
            type="button"
            class="quiet small"
            aria-label="Undo the last stroke"
            title="Undo (Ctrl+Z)"
            disabled={past.value.length === 0}
            onClick={thenKeys(paper, undo)}
          >
            <UndoIcon />
            Undo
          </button>
          <button
            type="button"
            class="quiet small"
            aria-label="Clear the paper"
            title="Clear (Delete)"
            disabled={empty}
            onClick={thenKeys(paper, clear)}
          >
            <ClearIcon />
            Clear
          </button>
        </div>
      </div>
      <div class="sliding-body">
        <div class="sliding-strip" style={{ "--inset": `${GUTTER}px` }}>
          <div
            class="writing-paper"
            ref={paper}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: undo and clear have keys here
            tabIndex={0}
            role="application"
            aria-label="Paper for a number. Write several digits side by side with mouse, pen or finger. Control Z undoes, Delete clears."
            {...pen}
            onKeyDown={keys}
          >
            <canvas ref={paperCanvas} />
            {empty && (
              <p class="pad-hint" aria-hidden="true">
                Write a number here, its digits a little apart
              </p>
            )}
            <p class="writing-tap" aria-hidden="true">
              Tap to write
            </p>
          </div>
          <div
            class="picture"
            ref={box}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk from place to place
            tabIndex={0}
            role="application"
            aria-label="Score map: how probable each digit is at each place of the window. Arrow keys walk."
            hidden={refused !== null}
          >
            <canvas ref={canvas} />
            <div class="tip" ref={sign} aria-hidden="true" hidden />
          </div>
          {refused !== null && <p class="sliding-refusal">{refused}</p>}
        </div>
        <div class="sliding-digits">
          <div>
            <h3>Digits</h3>
            <p class="reading">{found?.digits.map(({ label }) => label).join(" ") || "–"}</p>
          </div>
          <Window found={found} />
          <div class="sliding-words">
            <Legend kind="activation" range={certain} />
            {found && <p>{places(found)}</p>}
          </div>
        </div>
      </div>
      <p class="visually-hidden" role="status" ref={spoken} />
      <Spoken />
    </div>
  );
}

/** The window that the reader points at or, otherwise, that of the first digit. */
function Window({ found }: { found: Slide | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const first = found?.digits[0];
  const at = pointed.value ?? (first ? { digit: first.label, row: first.row, column: first.column } : null);
  useEffect(() => {
    if (canvas.current && found && at) drawPixels(canvas.current, windowPixels(found, at), found.window);
  });
  const side = found?.window ?? imageSize.value.width;
  return (
    <figure class="sliding-window" hidden={!found || !at}>
      <canvas ref={canvas} width={side} height={side} role="img" aria-label="The pixels in the window" />
      {found && at && (
        <figcaption>
          {pointed.value ? "The window at this place" : "The window of the first digit"}
          <b>
            {at.digit} {percent(scoreAt(found, at))}
          </b>
          {pointed.value ? "" : "Point at the scores to see other windows."}
        </figcaption>
      )}
    </figure>
  );
}

/** Tells screen readers the digits of a writing that has not changed for a moment. */
function Spoken() {
  const [words, say] = useState("");
  const writing = state.writing.value;
  useEffect(() => {
    const later = setTimeout(() => {
      const last = state.slide.peek();
      if (last === null || "refused" in last || last.of !== writing) return;
      say(last.found.digits.length > 0 ? `Predicted as ${last.found.digits.map(({ label }) => label).join(" ")}` : "");
    }, 800);
    return () => clearTimeout(later);
    // Only a new writing is announced, and not every change during training.
  }, [writing]);
  return (
    <p class="visually-hidden" role="status">
      {words}
    </p>
  );
}

function places({ window, stride, rows, columns }: Slide): string {
  const step = stride === 1 ? "every pixel" : `every ${stride} pixels`;
  const lines = rows === 1 ? "" : ` in each of ${rows} rows`;
  return `A bright cell means a high probability of that digit, with the middle of the ${window}×${window} window there. There is one place for ${step}: ${columns}${lines}.`;
}

/** Slides again whenever the network or the writing has changed, while the view is in sight. Begins with an example. */
function follow(element: HTMLElement): () => void {
  let visible = false;
  let begun = false;
  let due: ReturnType<typeof setTimeout> | null = null;
  let asked = 0;
  const ask = () => {
    due = null;
    const writing = state.writing.peek();
    if (!visible || writing === null) return;
    asked = performance.now();
    actions.slide(writing);
  };
  const soon = () => {
    if (!visible || state.description.peek() === null) return;
    if (!begun && state.writing.peek() === null) void putExample();
    else due ??= setTimeout(ask, Math.max(0, asked + EVERY_MS - performance.now()));
    begun = true;
  };
  const seen = new IntersectionObserver(
    ([entry]) => {
      visible = entry?.isIntersecting ?? true;
      soon();
    },
    { rootMargin: "100px" },
  );
  seen.observe(element);
  const stopNetwork = effect(() => {
    void state.view.value;
    soon();
  });
  const stopWriting = effect(() => {
    void state.writing.value;
    ask();
  });
  return () => {
    if (due !== null) clearTimeout(due);
    seen.disconnect();
    stopNetwork();
    stopWriting();
  };
}

// ---- writing ----

const strokesOf = (writing: Writing | null): Stroke[] => (writing && "strokes" in writing ? writing.strokes : []);
const isEmpty = (writing: Writing | null): boolean =>
  writing !== null && "strokes" in writing && writing.strokes.length === 0;

const pen = penOn({
  pen: PEN,
  strokes: () => strokesOf(state.writing.value),
  begin() {
    remember();
    return strokesOf(state.writing.value); // a stroke replaces an example
  },
  change(strokes) {
    state.writing.value = { strokes };
  },
  undo,
  draws: mayDraw,
});

/** A finger or a stylus swipes past the paper until it has tapped it; sliding.css says so to the browser. */
function mayDraw({ pointerType, currentTarget }: PointerEvent): boolean {
  return pointerType === "mouse" || document.activeElement === currentTarget;
}

function remember(): void {
  if (state.writing.value !== null) past.value = [...past.value, state.writing.value];
}

function undo(): void {
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  state.writing.value = before;
}

function clear(): void {
  if (isEmpty(state.writing.value)) return;
  remember();
  state.writing.value = { strokes: [] };
}

const keys = paperKeys({ undo, clear });

/** Puts the next five test images side by side, with gaps and heights that vary in a fixed way. */
async function putExample(): Promise<void> {
  const indices = Array.from({ length: EXAMPLE }, (_, i) => (example + i) % TEST_IMAGES);
  example = (example + EXAMPLE) % TEST_IMAGES;
  const images = await actions.testImages(indices).catch(() => []); // the engine has failed, and the status line says so
  if (images.length === 0) return;
  remember();
  state.writing.value = sideBySide(images.map(({ pixels }) => pixels));
}

function sideBySide(images: Uint8Array[]): Writing {
  const side = imageSize.peek().width;
  const height = imageSize.peek().height + 8;
  const lefts = images.map((_, i) => 8 + (side - 4) * i + ((5 * i) % 7));
  const width = (lefts.at(-1) ?? 0) + side + 8;
  const pixels = new Float32Array(height * width);
  for (const [i, image] of images.entries()) {
    const corner = (2 + ((3 * i) % 5)) * width + (lefts[i] ?? 0);
    for (const [at, byte] of image.entries()) {
      const place = corner + Math.floor(at / side) * width + (at % side);
      pixels[place] = Math.max(pixels[place] ?? 0, byte / 255);
    }
  }
  return { pixels, height, width };
}
