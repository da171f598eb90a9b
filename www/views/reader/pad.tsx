// The digit pad: draw with mouse, pen or finger; every change becomes the chosen image at once.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { penOn } from "../../draw/pen";
import { drawEnlarged } from "../../draw/pixels";
import { drawStrokes, PEN, type Stroke } from "../../draw/stroke";
import { actions, imageSize, state } from "../../state";
import { ClearIcon, UndoIcon } from "../parts/icons";
import { paperKeys, thenKeys } from "../parts/paper-keys";
import "./pad.css";

/** The drawings before each change, for Undo. */
const past = signal<Stroke[][]>([]);

export function Pad() {
  const paper = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const redraw = () => {
    const context = canvas.current?.getContext("2d");
    if (context == null) return;
    const chosen = state.chosen.value;
    if (chosen.kind === "picture") drawEnlarged(context, chosen.pixels, imageSize.value.width);
    else drawStrokes(context, state.drawing.value, context.canvas.width);
  };
  useSignalEffect(redraw);
  useEffect(() => keepSharp(canvas.current, redraw), []);

  const { kind } = state.chosen.value;
  const shown = kind !== "test";
  const empty = kind !== "picture" && state.drawing.value.length === 0;
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
            Draw a digit here
          </p>
        )}
      </div>
      <div class="pad-tools">
        <button
          type="button"
          class="quiet"
          title="Undo (Ctrl+Z)"
          disabled={past.value.length === 0}
          onClick={thenKeys(paper, undo)}
        >
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

function change(strokes: Stroke[]): void {
  state.drawing.value = strokes;
  actions.choose({ kind: "drawing", strokes });
}

const pen = penOn({
  pen: PEN,
  strokes: () => state.drawing.value,
  begin() {
    past.value = [...past.value, state.drawing.value];
    // A stroke after a test image begins a new drawing; Undo brings the earlier one back.
    return state.chosen.value.kind === "drawing" ? state.drawing.value : [];
  },
  change,
  undo,
});

// ---- undo and clear ----

function undo(): void {
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  change(before);
}

function clear(): void {
  if (state.drawing.value.length === 0) return;
  past.value = [...past.value, state.drawing.value];
  change([]);
}

const keys = paperKeys({ undo, clear });
