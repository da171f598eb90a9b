// The ways out of a window that does not fit.
import { expect, test } from "vitest";
import { inWords, waysOut } from "../../www/model/ways-out";

test("CS231n's 4.5 can be cropped, padded on one side, or walked with another stride", () => {
  expect(waysOut({ width: 10, size: 3, stride: 2, padding: 0 }, 1)).toEqual([
    { key: "width", value: 9, words: "Crop to W = 9" },
    { key: "width", value: 11, words: "Pad one side to W = 11" },
    { key: "stride", value: 1, words: "Take S = 1" },
  ]);
  expect(waysOut({ width: 7, size: 3, stride: 2, padding: 0 }, 0)).toEqual([]);
});

test("after each way out the window fits", () => {
  for (let n = 0; n < 20 * 7 * 7 * 4; n++) {
    const numbers = {
      width: 1 + (n % 20),
      size: 1 + (Math.floor(n / 20) % 7),
      stride: 1 + (Math.floor(n / 140) % 7),
      padding: Math.floor(n / 980),
    };
    const room = (of: typeof numbers): number => of.width - of.size + 2 * of.padding;
    if (room(numbers) < 0 || numbers.padding >= numbers.size) continue;
    const ways = waysOut(numbers, room(numbers) % numbers.stride);
    expect(ways.length > 0).toBe(room(numbers) % numbers.stride > 0);
    for (const { key, value } of ways) {
      const changed = { ...numbers, [key]: value };
      expect([room(changed) % changed.stride, room(changed) >= 0], JSON.stringify({ numbers, key, value })).toEqual([
        0,
        true,
      ]);
      expect(changed.padding < changed.size && changed.stride > 0 && changed.width > 0).toBe(true);
    }
  }
});

test("rows are listed as people say them", () => {
  expect(inWords("row", [9])).toBe("row 10");
  expect(inWords("row", [1, 3])).toBe("rows 2 and 4");
  expect(inWords("column", [1, 3, 5, 7, 9, 11, 13])).toBe("columns 2, 4, 6, 8, 10, 12, …");
});
