// The two canvases of "Read a number": the paper with the ink, and below it the score map.
import { effect, type Signal } from "@preact/signals";
import { Surface } from "../../draw/canvas";
import { inkOf } from "../../draw/ink";
import {
  cellRect,
  placeAt,
  type ScoreLayout,
  type ScorePlace,
  scoreHeight,
  scoreLayout,
  walkScores,
  windowOf,
  type Zoom,
  zoomOf,
} from "../../draw/layout/score-map";
import { lastOf } from "../../draw/memo";
import { paintPointed, paintScores, paintWindow, paintWriting, placeWords } from "../../draw/paint/slide";
import { Tip } from "../../draw/tip";
import type { Slide } from "../../engine/pkg/lenet";
import { state } from "../../state";
import { isChord } from "../parts/chord";

export interface Elements {
  paper: HTMLElement;
  paperCanvas: HTMLCanvasElement;
  box: HTMLElement;
  canvas: HTMLCanvasElement;
  sign: HTMLElement;
  spoken: HTMLElement;
}

/** The number of rows before there is a score map, which is what LeNet-5 has for one line of writing. */
const USUAL_ROWS = 3;

/** Draws and listens; `pointed` is the place at the pointer. Returns a function that stops it. */
export function startSliding(
  { paper, paperCanvas, box, canvas, sign, spoken }: Elements,
  pointed: Signal<ScorePlace | null>,
): () => void {
  const tip = new Tip(sign);
  let size = { width: 0, height: 0 };
  const remembered = lastOf<{ slide: Slide; zoom: Zoom; layout: ScoreLayout } | null>();
  const shown = () => {
    const last = state.slide.peek();
    return remembered([last, size.width, size.height], () => {
      if (last === null || "refused" in last || size.width === 0) return null;
      const zoom = zoomOf(last.found, last.of, size);
      return { slide: last.found, zoom, layout: scoreLayout(last.found, zoom) };
    });
  };

  const ink = new Surface({
    canvas: paperCanvas,
    host: paper,
    sizeIn({ width, height }) {
      if (width !== size.width || height !== size.height) scores.invalidate();
      size = { width, height };
      return size;
    },
    draw(context) {
      paintWriting(context, state.writing.peek(), size);
      const [all, place] = [shown(), pointed.peek()];
      if (all && place) paintWindow(context, windowOf(all.slide, all.zoom, place), inkOf(paper));
    },
  });
  const scores = new Surface({
    canvas,
    host: box,
    sizeIn: ({ width }) => ({ width, height: scoreHeight(shown()?.slide.rows ?? USUAL_ROWS) }),
    draw(context, { width }) {
      const [all, place] = [shown(), pointed.peek()];
      if (all === null) return tip.hide();
      const { slide, zoom, layout } = all;
      const colours = inkOf(canvas);
      paintScores(context, slide, zoom, layout, colours);
      if (place === null) return tip.hide();
      paintPointed(context, layout, place, colours);
      tip.show(...placeWords(slide, place), cellRect(layout, place), width);
    },
  });

  const listen: Record<string, (event: Event) => void> = {
    pointermove(event) {
      const { offsetX, offsetY } = event as PointerEvent;
      const all = shown();
      pointed.value = all && placeAt(all.layout, offsetX, offsetY);
    },
    pointerleave() {
      pointed.value = null;
    },
    blur() {
      pointed.value = null;
    },
    keydown(event) {
      const all = shown();
      if (all === null || isChord(event as KeyboardEvent)) return;
      const { slide } = all;
      const first = slide.digits[0];
      const from = pointed.peek();
      // The first key only shows the present place.
      const start: ScorePlace = first ? { digit: first.label, ...first } : { digit: 0, row: 0, column: 0 };
      const next = walkScores(slide, from ?? start, (event as KeyboardEvent).key);
      if (next === null) return;
      event.preventDefault(); // otherwise the page would scroll
      pointed.value = from === null ? start : next;
      spoken.textContent = placeWords(slide, pointed.value).join(": ");
    },
  };
  for (const [name, listener] of Object.entries(listen)) box.addEventListener(name, listener);
  const stop = effect(() => {
    for (const signal of [state.writing, state.slide, state.theme]) void signal.value;
    const place = pointed.value;
    const slide = shown()?.slide;
    // A new score map may have fewer places.
    if (place && slide && (place.row >= slide.rows || place.column >= slide.columns)) pointed.value = null;
    ink.invalidate();
    scores.invalidate();
  });
  return () => {
    stop();
    ink.dispose();
    scores.dispose();
    for (const [name, listener] of Object.entries(listen)) box.removeEventListener(name, listener);
  };
}
