import { expect, test } from "vitest";
import { beginRound, claim } from "../../www/engine/claims";

test("a shard is claimed once, and only in its mini-batch", () => {
  const claims = new Int32Array(1);
  const first = beginRound(claims, 0);
  expect([0, 7, 0].map((shard) => claim(claims, first, shard))).toEqual([true, true, false]);
  const second = beginRound(claims, first, 0b1111_0000);
  expect([0, 3, 4, 7].map((shard) => claim(claims, second, shard))).toEqual([true, true, false, false]);
  expect(claim(claims, first, 1), "a helper that is late").toBe(false);
  expect(claim(claims, second, 1)).toBe(true);
});

test("the count of mini-batches begins again after sixteen million", () => {
  const claims = new Int32Array(1);
  const last = beginRound(claims, 2 ** 24 - 2);
  expect(claim(claims, last, 7)).toBe(true);
  expect(claim(claims, last, 7)).toBe(false);
  const next = beginRound(claims, last);
  expect([last, next]).toEqual([2 ** 24 - 1, 0]);
  expect(claim(claims, next, 7)).toBe(true);
});
