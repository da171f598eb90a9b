// The digit pad: draw with mouse, pen or finger; every change becomes the chosen image at once.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { penOn } from "../../draw/pen";
import { drawEnlarged } from "../../draw/pixels";
import { drawStrokes, PEN, type Stroke } from "../../draw/stroke";
import { canUndo, clear, isEmpty, remember, show, undo } from "../../model/on-pad";
import { imageSize, state } from "../../state";
import { ClearIcon, UndoIcon } from "../parts/icons";
import { paperKeys, thenKeys } from "../parts/paper-keys";
import "./pad.css";

export function Pad() {
  const paper = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const redraw = () => {
    const context = canvas.current?.getContext("2d");
    if (context == null) return;
    const on = state.onPad.value;
    if (on.kind === "picture") drawEnlarged(context, on.pixels, imageSize.value.width);
    else drawStrokes(context, on.strokes, context.canvas.width);
  };
  useSignalEffect(redraw);
  useEffect(() => keepSharp(canvas.current, redraw), []);

  const { kind } = state.chosen.value;
  const shown = kind !== "test";
  const empty = isEmpty(state.onPad.value);
  return (
    <div class={shown || empty ? "pad" : "pad aside"}>
      <div
        class="pad-paper"
        ref={paper}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: undo and clear have keys here
        tabIndex={0}
        role="application"
        aria-label="Drawing pad. Draw a digit with mouse, pen or finger. Control Z undoes, Delete clears."
        {...pen}
        onKeyDown={keys}
      >
        <canvas ref={canvas} />
        {empty && (
          <p class="pad-hint" aria-hidden="true">
            <Ghost />
            Draw a digit here
          </p>
        )}
      </div>
      <div class="pad-tools">
        <button type="button" class="quiet" title="Undo (Ctrl+Z)" disabled={!canUndo()} onClick={thenKeys(paper, undo)}>
          <UndoIcon />
          Undo
        </button>
        <button type="button" class="quiet" title="Clear (Delete)" disabled={empty} onClick={thenKeys(paper, clear)}>
          <ClearIcon />
          Clear
        </button>
      </div>
    </div>
  );
}

/** A digit as one could draw it, with the place where the pen starts. */
function Ghost() {
  return (
    <svg class="pad-ghost" viewBox="0 0 100 100" aria-hidden="true">
      <path d="M30 24C44 10 72 16 70 34 68 48 52 48 44 48 58 48 76 54 74 70 72 90 40 92 26 78" />
      <circle cx="30" cy="24" r="4" />
    </svg>
  );
}

/** Gives the canvas the screen's resolution. */
function keepSharp(canvas: HTMLCanvasElement | null, redraw: () => void): (() => void) | undefined {
  if (canvas === null) return;
  const observer = new ResizeObserver(() => {
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (side === 0 || side === canvas.width) return;
    canvas.width = side;
    canvas.height = side;
    redraw();
  });
  observer.observe(canvas);
  return () => observer.disconnect();
}

/** A picture has no strokes; a stroke that was begun before it came does not go on. */
const NONE: Stroke[] = [];
const strokes = (): Stroke[] => (state.onPad.value.kind === "drawing" ? state.onPad.value.strokes : NONE);

const pen = penOn({
  pen: PEN,
  strokes,
  begin() {
    remember();
    // A stroke after a test image begins a new drawing; Undo brings the earlier one back.
    return state.chosen.value.kind === "test" ? NONE : strokes();
  },
  change: (strokes) => show({ kind: "drawing", strokes }),
  undo,
});

const keys = paperKeys({ undo, clear });
