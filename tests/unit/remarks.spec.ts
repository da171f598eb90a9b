// The remarks of a first visit: each comes when what it says has been measured, and not before.
import { expect, test } from "vitest";
import type { Description, Status, View } from "../../www/engine/pkg/lenet";
import { likeAnEdge, type Moment, Watch } from "../../www/model/remarks";
import type { Run } from "../../www/state";

const SIZE = 5;
const NETWORK = {
  layers: [{ layer: { type: "conv", filters: 2, size: SIZE }, input: { channels: 1 } }],
} as unknown as Description;
const RAMP = Float32Array.from({ length: 25 }, (_, i) => (i % SIZE) - 2);
/** As little like an edge as can be. */
const SPOT = Float32Array.from({ length: 25 }, (_, i) => (i === 12 ? 1 : 0));

interface Given {
  step?: number;
  epoch?: number;
  loss?: number[];
  answer?: [digit: number, probability: number];
  filters?: Float32Array[];
  tested?: number | null;
}

function moment({ step = 1, epoch = 0.1, loss = [], answer = [3, 0.2], filters = [SPOT, SPOT], tested = null }: Given) {
  const probabilities = new Float32Array(10).fill((1 - answer[1]) / 9);
  probabilities[answer[0]] = answer[1];
  const weights = Float32Array.from(filters.flatMap((filter) => [...filter]));
  return {
    network: NETWORK,
    status: { step, epoch, test_accuracy: tested } as Status,
    view: { probabilities, shown: "weights", filters: [{ layer: 0, values: weights }] } as unknown as View,
    run: { loss } as Run,
    chosen: { kind: "test", index: 0, label: 7 },
  } satisfies Moment;
}

const names = (watch: Watch, given: Given) => watch.look(moment(given)).map(({ name }) => name);

test("a ramp in any direction is like an edge, a spot is not", () => {
  expect(likeAnEdge(RAMP, SIZE)).toBeCloseTo(1);
  const slanting = RAMP.map((_, i) => 3 * Math.floor(i / SIZE) - (i % SIZE) + 5);
  expect(likeAnEdge(slanting, SIZE)).toBeCloseTo(1);
  expect(likeAnEdge(SPOT, SIZE)).toBeCloseTo(0);
  expect(likeAnEdge(new Float32Array(25), SIZE)).toBe(0);
});

test("a filter that becomes like an edge is remarked on, one that was like that from the start is not", () => {
  const watch = new Watch();
  expect(names(watch, { filters: [RAMP, SPOT] })).toEqual([]);
  expect(names(watch, { filters: [RAMP, SPOT] })).toEqual([]);
  const [remark] = watch.look(moment({ filters: [RAMP, RAMP] }));
  expect(remark?.words).toMatch(/^Filter 2 /);
});

test("the loss is remarked on when it is half of what it was", () => {
  const watch = new Watch();
  const start = [2.3, 2.3, 2.3, 2.3, 2.3];
  expect(names(watch, { loss: start })).toEqual([]);
  expect(names(watch, { loss: [...start, 1.2, 1.2, 1.2, 1.2, 1.2] })).toEqual([]);
  expect(names(watch, { loss: [...start, 1.2, 1.1, 1.1, 1.1, 1.1] })).toEqual(["loss"]);
});

test("the answer is remarked on when it has become right and sure", () => {
  const watch = new Watch();
  expect(names(watch, { answer: [7, 0.95] }), "it never was unsure").toEqual([]);
  expect(names(watch, { answer: [3, 0.95] }), "sure and wrong").toEqual([]);
  expect(names(watch, { answer: [7, 0.8] })).toEqual([]);
  expect(names(watch, { answer: [7, 0.95] })).toEqual(["answer"]);
  expect(names(watch, { step: 0, answer: [7, 0.95] }), "another run").toEqual([]);
});

test("the suggestion comes with the first epoch's accuracy", () => {
  const watch = new Watch();
  expect(names(watch, { epoch: 0.99 })).toEqual([]);
  expect(names(watch, { epoch: 1 })).toEqual([]);
  expect(names(watch, { epoch: 1, tested: 0.983 })).toEqual(["next"]);
});
