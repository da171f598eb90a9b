// What a number looks like: ends, zero, evenness, and ranges that do not flicker.
import { expect, test } from "vitest";
import { css, entry, scale } from "../../www/draw/colour/colour";
import { rangeOf, SmoothRange } from "../../www/draw/colour/range";
import { short } from "../../www/draw/names";

function luminance(word: number): number {
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255].map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("cividis is matplotlib's: its ends and some entries between", () => {
  const cividis = scale("activation", "light");
  expect(css(cividis, 0)).toBe("rgb(0 34 78)");
  expect(css(cividis, 255)).toBe("rgb(254 232 56)");
  // 32, 128 and 200 of matplotlib's table: 1a386f, 7d7c78, c4b468.
  for (const [index, r, g, b] of [
    [32, 26, 56, 111],
    [128, 125, 124, 120],
    [200, 196, 180, 104],
  ] as const) {
    const word = cividis[index] as number;
    for (const [found, wanted] of [
      [word & 255, r],
      [(word >> 8) & 255, g],
      [(word >> 16) & 255, b],
    ] as const) {
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(5);
    }
  }
});

test("activations get brighter all the way, on both themes alike", () => {
  const levels = [...scale("activation", "dark")].map(luminance);
  for (let i = 1; i < levels.length; i++) expect(levels[i]).toBeGreaterThan((levels[i - 1] as number) - 0.002);
  expect(scale("activation", "dark")).toEqual(scale("activation", "light"));
});

test("the signed scale is blue below zero, orange above, and its neutral is the theme's ground", () => {
  for (const theme of ["light", "dark"] as const) {
    const signed = scale("signed", theme);
    for (const index of [20, 60, 90])
      expect(((signed[index] as number) >> 16) & 255).toBeGreaterThan((signed[index] as number) & 255);
    for (const index of [165, 195, 235])
      expect((signed[index] as number) & 255).toBeGreaterThan(((signed[index] as number) >> 16) & 255);
    const neutral = luminance(signed[128] as number);
    const ends = [luminance(signed[0] as number), luminance(signed[255] as number)];
    // The further from zero, the further from the ground.
    for (const end of ends) expect(theme === "light" ? end < neutral : end > neutral).toBe(true);
  }
});

test("pixels are grey", () => {
  const grey = scale("grey", "light");
  expect([css(grey, 0), css(grey, 255)]).toEqual(["rgb(0 0 0)", "rgb(255 255 255)"]);
});

test("a value's entry: clipped at the ends, zero in the middle of a signed range", () => {
  expect(entry(-9, -1, 1)).toBe(0);
  expect(entry(9, -1, 1)).toBe(255);
  expect(entry(0, -1, 1)).toBe(128);
  expect(entry(0, 0, 0)).toBe(0);
});

test("a range is from zero up, or symmetric about zero; NaN and infinity do not count", () => {
  expect(rangeOf(Float32Array.of(1, 4, Number.NaN, Number.POSITIVE_INFINITY), false)).toEqual({ low: 0, high: 4 });
  expect(rangeOf(Float32Array.of(1, -4, 2, Number.NEGATIVE_INFINITY), true)).toEqual({ low: -4, high: 4 });
  expect(rangeOf(Float32Array.of(5, 1, 2, 7), false, 1, 3)).toEqual({ low: 0, high: 2 });
});

test("a range grows at once and shrinks slowly", () => {
  const smooth = new SmoothRange();
  expect(smooth.next({ low: 0, high: 2 }, 0).high).toBe(2);
  expect(smooth.next({ low: 0, high: 5 }, 0.05).high).toBe(5);
  const soon = smooth.next({ low: 0, high: 1 }, 0.05).high;
  expect(soon).toBeGreaterThan(4.8);
  expect(soon).toBeLessThan(5);
  expect(smooth.next({ low: 0, high: 1 }, 30).high).toBeCloseTo(1, 3);
});

test("numbers are short and have a real minus sign", () => {
  expect([0, 0.4213, -0.4213, 12.345, 123.45, 0.00213, 0.0000213, Number.NaN].map(short)).toEqual([
    ...["0", "0.42", "−0.42", "12.3", "123", "0.0021", "2.1e−5", "NaN"],
  ]);
});
