// What mouse, finger and pen leave on a paper, event by event.
import { expect, test } from "vitest";
import { penOn } from "../../www/draw/pen";
import type { Stroke } from "../../www/draw/stroke";

/** A paper of 200×100 pixels, its strokes in units of its height, and the hands that draw on it. */
function paper() {
  let strokes: Stroke[] = [];
  const past: Stroke[][] = [];
  const captured = new Set<number>();
  const element = {
    getBoundingClientRect: () => ({ left: 10, top: 20, width: 200, height: 100 }),
    setPointerCapture: (id: number) => captured.add(id),
    hasPointerCapture: (id: number) => captured.has(id),
  };
  const undo = () => {
    strokes = past.pop() ?? [];
  };
  const listeners = penOn({
    pen: 0,
    strokes: () => strokes,
    begin() {
      past.push(strokes);
      return strokes;
    },
    change(all) {
      strokes = all;
    },
    undo,
  });
  type Name = keyof typeof listeners;
  const send = (name: Name, [x, y]: [number, number], rest: Partial<PointerEvent> = {}) =>
    listeners[name]({
      ...{ pointerId: 1, pointerType: "mouse", button: 0, buttons: 1, pressure: 0.5 },
      ...{ clientX: 10 + 100 * x, clientY: 20 + 100 * y, currentTarget: element },
      ...rest,
    } as unknown as PointerEvent);
  return {
    down: (at: [number, number], rest?: Partial<PointerEvent>) => send("onPointerDown", at, rest),
    move: (at: [number, number], rest?: Partial<PointerEvent>) => send("onPointerMove", at, rest),
    up: (at: [number, number], rest?: Partial<PointerEvent>) => send("onPointerUp", at, { buttons: 0, ...rest }),
    send,
    undo,
    lose: (id: number) => captured.delete(id),
    clear() {
      past.push(strokes);
      strokes = [];
    },
    strokes: () => strokes.map((stroke) => stroke.map((point) => point.map((value) => Math.round(100 * value) / 100))),
  };
}

const FIRST: Stroke = [
  [0.2, 0.2],
  [0.2, 0.8],
];

function drawFirst(on: ReturnType<typeof paper>): void {
  on.down([0.2, 0.2]);
  on.move([0.2, 0.8]);
  on.up([0.2, 0.8]);
}

test("undo or clear during a stroke ends it, and the rest of the movement draws nothing", () => {
  for (const [act, left] of [
    ["undo", [FIRST]],
    ["clear", []],
  ] as const) {
    const on = paper();
    drawFirst(on);
    on.down([1, 0.2]);
    on.move([1, 0.4]);
    on[act]();
    on.move([1, 0.6]);
    on.move([1, 0.8]);
    on.up([1, 0.8]);
    expect(on.strokes(), act).toEqual(left);
    on.down([1.5, 0.5]);
    on.move([1.5, 0.6]);
    expect(on.strokes().length, `the next stroke after ${act}`).toBe(left.length + 1);
  }
});

test("what lies outside the paper is not drawn, and one comes back with a new stroke", () => {
  const on = paper();
  on.down([0.5, 0.5]);
  on.move([0.5, 1.5]); // out below
  on.move([1.5, 1.5]);
  on.move([1.5, 0.5]); // back in
  on.move([1.6, 0.5]);
  on.move([3, 0.5]); // out on the right
  on.up([3, 0.5]);
  expect(on.strokes()).toEqual([
    [
      [0.5, 0.5],
      [0.5, 1],
    ],
    [
      [1.5, 1],
      [1.5, 0.5],
      [1.6, 0.5],
      [2, 0.5],
    ],
  ]);
  on.undo(); // one movement is undone at once
  expect(on.strokes()).toEqual([]);
});

test("a stroke whose end was never heard ends with the first movement without the button", () => {
  const on = paper();
  on.down([0.2, 0.2]);
  on.move([0.2, 0.8]);
  on.move([1, 0.8], { buttons: 0 });
  on.move([1.5, 0.8]);
  expect(on.strokes()).toEqual([FIRST]);
  on.down([1, 0.2]);
  on.move([1, 0.4], { buttons: 2 }); // only the right button is still down
  on.move([1.5, 0.4], { buttons: 3 });
  expect(on.strokes()).toEqual([FIRST, [[1, 0.2]]]);
});

test("a pointer that comes down twice begins a new stroke", () => {
  const on = paper();
  on.down([0.2, 0.2]);
  on.move([0.2, 0.8]);
  on.down([1, 0.2]);
  on.move([1, 0.4]);
  expect(on.strokes()).toEqual([
    FIRST,
    [
      [1, 0.2],
      [1, 0.4],
    ],
  ]);
});

test("losing the pointer or a cancelled gesture ends a stroke and keeps it", () => {
  for (const end of ["onLostPointerCapture", "onPointerCancel"] as const) {
    const on = paper();
    on.down([0.2, 0.2]);
    on.move([0.2, 0.8]);
    on.send(end, [0.2, 0.8]);
    on.move([1, 0.8]);
    expect(on.strokes(), end).toEqual([FIRST]);
  }
});

test("a second finger does not draw; a finger that is gone without a word keeps nobody from drawing", () => {
  const on = paper();
  const finger = (pointerId: number) => ({ pointerId, pointerType: "touch" });
  on.down([0.2, 0.2], finger(7));
  on.down([1, 0.2], finger(8));
  on.move([1, 0.8], finger(8));
  on.move([0.2, 0.8], finger(7));
  on.up([1, 0.8], finger(8));
  expect(on.strokes()).toEqual([FIRST]);
  on.lose(7);
  on.down([1, 0.2], finger(9));
  on.move([1, 0.4], finger(9));
  expect(on.strokes()).toHaveLength(2);
});

test("the palm beside a pen leaves nothing, whichever comes first", () => {
  const on = paper();
  const palm = { pointerId: 7, pointerType: "touch" };
  const pen = { pointerId: 8, pointerType: "pen" };
  const drawn = [
    [0.2, 0.2, 0.5],
    [0.2, 0.8, 0.5],
  ];
  on.down([1, 0.9], palm);
  on.move([1.1, 0.9], palm);
  on.down([0.2, 0.2], pen);
  on.move([1.2, 0.9], palm);
  on.move([0.2, 0.8], pen);
  on.up([0.2, 0.8], pen);
  expect(on.strokes()).toEqual([drawn]);
  on.up([1.2, 0.9], palm);
  on.undo();
  on.down([0.2, 0.2], pen);
  on.down([1, 0.9], palm);
  on.move([1.1, 0.9], palm);
  on.move([0.2, 0.8], pen);
  expect(on.strokes()).toEqual([drawn]);
});
