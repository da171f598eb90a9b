// Drawing on a paper with mouse, pen or finger, one pointer at a time. Points are in units of the paper's height.
import { between, inside, type Room, within } from "./clip";
import type { Stroke } from "./stroke";

/** The minimum distance between two points of a stroke. */
const NEAR = 0.004;

export interface Paper {
  /** The width of a stroke. */
  pen: number;
  /** The strokes on the paper. */
  strokes(): Stroke[];
  /** Called when a stroke begins. Returns the strokes that stay on the paper. */
  begin(): Stroke[];
  change(strokes: Stroke[]): void;
  /** Takes back what `begin` and `change` have done since the last `begin`. */
  undo(): void;
  /** Whether the pointer draws, or does something else on this paper. Without it, every pointer draws. */
  draws?(event: PointerEvent): boolean;
}

/** What one pointer draws from its `pointerdown` on. It makes several strokes if it leaves the paper and comes back. */
interface Hand {
  pointer: number;
  kind: string;
  /** The strokes as this hand has left them; if the paper has others, something else has changed it meanwhile. */
  strokes: Stroke[];
  /** The pointer's last place, wherever it was. */
  last: number[];
  /** Whether that place continues the last stroke. */
  open: boolean;
}

/** The event listeners of a paper's element. */
export function penOn(paper: Paper) {
  let hand: Hand | null = null;

  const end = (event: PointerEvent): void => {
    if (event.pointerId === hand?.pointer) hand = null;
  };
  /** Whether the pointer that draws keeps this new one from drawing: a second finger, or the palm beside a pen. */
  const isTaken = (event: PointerEvent): boolean => {
    if (hand === null || event.pointerId === hand.pointer) return false; // the same one: its `pointerup` never came
    if (hand.kind === "touch" && event.pointerType === "pen") {
      if (paper.strokes() === hand.strokes) paper.undo(); // it was the palm of the hand that holds the pen
      return false;
    }
    return elementOf(event).hasPointerCapture(hand.pointer);
  };
  return {
    onPointerDown(event: PointerEvent): void {
      if (event.button !== 0 || paper.draws?.(event) === false || isTaken(event)) return;
      capture(event);
      const at = pointOf(event, event);
      const stroke = [inside(at, roomOf(event), paper.pen)];
      hand = {
        pointer: event.pointerId,
        kind: event.pointerType,
        strokes: [...paper.begin(), stroke],
        last: at,
        open: true,
      };
      paper.change(hand.strokes);
    },
    onPointerMove(event: PointerEvent): void {
      if (event.pointerId !== hand?.pointer) return;
      const isDown = (event.buttons & 1) === 1; // otherwise it was let go where no event was heard
      if (!isDown || paper.strokes() !== hand.strokes) {
        hand = null;
        return;
      }
      const before = hand.strokes;
      // A fast pointer moves several times per frame, and the browser keeps these points.
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const move of moves.length > 0 ? moves : [event]) {
        moveTo(hand, pointOf(move, event), roomOf(event), paper.pen);
      }
      if (hand.strokes !== before) paper.change(hand.strokes);
    },
    onPointerUp: end,
    onPointerCancel: end,
    onLostPointerCapture: end,
  };
}

/** Draws from the hand's last place to this one, as far as that is on the paper. */
function moveTo(hand: Hand, to: number[], room: Room, pen: number): void {
  const { last, open } = hand;
  const shares = within(last, to, room);
  hand.last = to;
  hand.open = shares?.[1] === 1;
  if (shares === null) return;
  const [start, stop] = shares.map((share) => inside(between(last, to, share), room, pen)) as [number[], number[]];
  const stroke = open ? hand.strokes.at(-1) : undefined;
  if (stroke === undefined) {
    hand.strokes = [...hand.strokes, [start, stop]];
  } else if (distance(stroke.at(-1) ?? [], stop) >= NEAR) {
    hand.strokes = [...hand.strokes.slice(0, -1), [...stroke, stop]];
  }
}

/** From now on the paper hears of this pointer, wherever it goes. */
function capture(event: PointerEvent): void {
  try {
    elementOf(event).setPointerCapture(event.pointerId);
  } catch {
    // The pointer is gone already, before its event was handled.
  }
}

/** Coalesced events have no target of their own, so their place is computed from the event that carries them. */
function pointOf(event: PointerEvent, carrier: PointerEvent): number[] {
  const box = elementOf(carrier).getBoundingClientRect();
  const point = [(event.clientX - box.left) / box.height, (event.clientY - box.top) / box.height];
  return event.pointerType === "pen" ? [...point, event.pressure] : point;
}

function roomOf(event: PointerEvent): Room {
  const { width, height } = elementOf(event).getBoundingClientRect();
  return { width: width / height, height: 1 };
}

function elementOf(event: PointerEvent): HTMLElement {
  return event.currentTarget as HTMLElement;
}

function distance(a: number[], b: number[]): number {
  return Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0));
}
