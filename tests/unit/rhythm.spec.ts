// When the worker sends snapshots, by a clock that the test moves.
import { expect, test } from "vitest";
import { Rhythm } from "../../www/engine/rhythm";

test("the first snapshot is due at once", () => {
  expect(new Rhythm().until(0, false)).toBe(0);
  expect(new Rhythm().until(0, true)).toBe(0);
});

test("the next is due when the page has drawn the last and had its rest", () => {
  const rhythm = new Rhythm();
  rhythm.sent(1000);
  // The page is in the background, or still drawing.
  expect(rhythm.until(1100, false)).toBe(900);
  expect(rhythm.until(1100, true)).toBe(900);
  expect(rhythm.until(2000, false)).toBe(0);
  rhythm.drawn(190);
  expect(rhythm.until(1100, false)).toBe(90);
  expect(rhythm.until(1190, false)).toBe(0);
});

test("a reader who draws waits for half the rest", () => {
  const rhythm = new Rhythm();
  rhythm.sent(1000);
  rhythm.drawn(190);
  expect(rhythm.until(1050, true)).toBe(45);
  expect(rhythm.until(1095, true)).toBe(0);
});

test("a hand that draws for a second causes a dozen snapshots, and not one for every place where it is", () => {
  const rhythm = new Rhythm();
  let sent = 0;
  for (let now = 0; now < 1000; now += 16) {
    if (rhythm.until(now, true) > 0) continue;
    rhythm.sent(now);
    rhythm.drawn(190);
    sent++;
  }
  expect(sent).toBeGreaterThan(8);
  expect(sent).toBeLessThan(13);
});
