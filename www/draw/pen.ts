// Drawing on a paper with mouse, pen or finger, one pointer at a time. Points are in units of the paper's height.
import type { Stroke } from "./stroke";

/** The minimum distance between two points of a stroke. */
const NEAR = 0.004;

export interface Paper {
  /** The strokes on the paper. */
  strokes(): Stroke[];
  /** Called when a stroke begins. Returns the strokes that stay on the paper. */
  begin(): Stroke[];
  change(strokes: Stroke[]): void;
}

/** The event listeners of a paper's element. */
export function penOn(paper: Paper) {
  /** The pointer that draws; another finger that touches the paper meanwhile does not. */
  let drawing: number | null = null;

  const up = (event: PointerEvent): void => {
    if (event.pointerId === drawing) drawing = null;
  };
  return {
    onPointerDown(event: PointerEvent): void {
      if (drawing !== null || event.button !== 0) return;
      drawing = event.pointerId;
      elementOf(event).setPointerCapture(event.pointerId);
      paper.change([...paper.begin(), [pointOf(event, event)]]);
    },
    onPointerMove(event: PointerEvent): void {
      if (event.pointerId !== drawing) return;
      const strokes = paper.strokes();
      const stroke = [...(strokes.at(-1) ?? [])];
      // A fast pointer moves several times per frame, and the browser keeps these points.
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const move of moves.length > 0 ? moves : [event]) {
        const point = pointOf(move, event);
        const last = stroke.at(-1);
        if (last === undefined || distance(last, point) >= NEAR) stroke.push(point);
      }
      if (stroke.length !== strokes.at(-1)?.length) paper.change([...strokes.slice(0, -1), stroke]);
    },
    onPointerUp: up,
    onPointerCancel: up,
  };
}

/** Coalesced events have no target of their own, so their place is computed from the event that carries them. */
function pointOf(event: PointerEvent, carrier: PointerEvent): number[] {
  const box = elementOf(carrier).getBoundingClientRect();
  const point = [(event.clientX - box.left) / box.height, (event.clientY - box.top) / box.height];
  return event.pointerType === "pen" ? [...point, event.pressure] : point;
}

function elementOf(event: PointerEvent): HTMLElement {
  return event.currentTarget as HTMLElement;
}

function distance(a: number[], b: number[]): number {
  return Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0));
}
