// The part of a stroke that is on the paper.
import { expect, test } from "vitest";
import { between, inside, within } from "../../www/draw/clip";

const PAPER = { width: 2, height: 1 };

test("a way is cut where it crosses the edge, in and out", () => {
  expect(within([1, 0.5], [1.5, 0.5], PAPER)).toEqual([0, 1]);
  expect(within([1, 0.5], [3, 0.5], PAPER)).toEqual([0, 0.5]); // out on the right
  expect(within([1, -1], [1, 3], PAPER)).toEqual([0.25, 0.5]); // all the way through
  expect(within([-1, 0.5], [3, 0.5], PAPER)).toEqual([0.25, 0.75]);
});

test("a way that passes by is not on the paper", () => {
  expect(within([-0.5, 0.2], [-0.5, 0.8], PAPER)).toBeNull();
  expect(within([-1, 0.5], [0.5, -1], PAPER)).toBeNull(); // past a corner
  expect(within([3, 3], [4, 4], PAPER)).toBeNull();
  expect(within([2.5, 0.5], [2.5, 0.5], PAPER)).toBeNull(); // a point beside it
});

test("the point between two points, with its pressure", () => {
  expect(between([0, 0, 0.2], [1, 2, 0.4], 0.5)).toEqual([0.5, 1, expect.closeTo(0.3)]);
});

test("a round pen leaves no ink beyond the edge", () => {
  expect(inside([0, 0.5], PAPER, 0.1)).toEqual([0.05, 0.5]);
  expect(inside([2, 1, 0.7], PAPER, 0.1)).toEqual([1.95, 0.95, 0.7]);
  expect(inside([0.7, 0.3], PAPER, 0.1)).toEqual([0.7, 0.3]);
});
