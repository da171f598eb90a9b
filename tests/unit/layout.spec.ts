// Where everything is drawn: for any network and any room every unit has a place, and nothing lies on anything else.
import { expect, test } from "vitest";
import { filterAt, filterLayout, filterRect, planeIn } from "../../www/draw/layout/filters";
import { gridRect, planeRect, type Rect, unitRect } from "../../www/draw/layout/grid";
import { layout, unitUnder } from "../../www/draw/layout/network";
import type { Layout } from "../../www/draw/layout/volumes";
import { walk } from "../../www/draw/layout/walk";
import { NETWORKS } from "./networks";

const ROOMS = [
  { width: 330, height: 420, ratio: 2 },
  { width: 358, height: 420, ratio: 3 },
  { width: 700, height: 420, ratio: 1 },
  { width: 1040, height: 380, ratio: 1 },
  { width: 1280, height: 480, ratio: 1.5 },
  { width: 1700, height: 700, ratio: 2 },
];

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

for (const [name, network] of Object.entries(NETWORKS)) {
  test(`${name}: every volume inside, none on another`, () => {
    for (const room of ROOMS) {
      const placed = layout(network, room);
      expect(placed.width).toBeLessThanOrEqual(room.width);
      if (placed.flow === "right") expect(placed.height).toBe(room.height);
      const rects = placed.volumes.map(({ grid }) => gridRect(grid));
      for (const [i, rect] of rects.entries()) {
        expect(rect.x).toBeGreaterThanOrEqual(0);
        expect(rect.y).toBeGreaterThanOrEqual(0);
        expect(rect.x + rect.width).toBeLessThanOrEqual(placed.width + 0.01);
        expect(rect.y + rect.height).toBeLessThanOrEqual(placed.height + 0.01);
        for (const other of rects.slice(0, i)) expect(overlap(rect, other)).toBe(false);
      }
    }
  });

  test(`${name}: the unit under the middle of a unit is that unit`, () => {
    for (const room of ROOMS) {
      const placed = layout(network, room);
      for (const { layer, grid } of placed.volumes) {
        for (const channel of [0, Math.floor(grid.count / 2), grid.count - 1]) {
          const unit = { layer, channel, y: grid.unitsHigh - 1, x: Math.floor(grid.unitsWide / 3) };
          const { x, y, width, height } = unitRect(grid, unit);
          expect(unitUnder(placed, x + width / 2, y + height / 2)).toEqual(unit);
        }
      }
    }
  });
}

const lenet = NETWORKS["LeNet-5"];
function placed(): Layout {
  if (!lenet) throw new Error("no LeNet-5");
  return layout(lenet, { width: 1040, height: 380, ratio: 1 });
}

test("the flow goes right where there is width, and down on a phone", () => {
  if (!lenet) throw new Error("no LeNet-5");
  expect(placed().flow).toBe("right");
  expect(layout(lenet, { width: 358, height: 420, ratio: 2 }).flow).toBe("down");
  const xs = placed().volumes.map(({ grid }) => grid.x);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
});

test("names, sizes and how each layer is made", () => {
  const words = placed().volumes.map(({ name, size, how }) => `${name} ${size} ${how}`);
  expect(words).toEqual([
    ...["Input 28×28 pixels", "C1 6@28×28 5×5 filters", "S2 6@14×14 max pool 2×2"],
    ...["C3 16@10×10 5×5 filters", "S4 16@5×5 max pool 2×2", "F5 120 dense", "F6 84 dense", "Output 10 softmax"],
  ]);
});

test("a pool's maps are arranged as those it pools, and smaller", () => {
  const { volumes } = placed();
  for (const [i, { kind, grid }] of volumes.entries()) {
    const before = volumes[i - 1]?.grid;
    if (kind !== "pool" || !before) continue;
    expect(grid.columns).toBe(before.columns);
    expect(planeRect(grid, 0).width).toBeLessThan(planeRect(before, 0).width);
  }
});

test("arrows walk over the edge of a map into the next, and stop at the last", () => {
  const { volumes } = placed();
  const c1 = volumes[1]?.grid;
  if (!c1) throw new Error("no C1");
  const from = { layer: 0, channel: 0, y: 3, x: 27 };
  expect(walk(volumes, from, "ArrowRight", false)).toEqual({ layer: 0, channel: 1, y: 3, x: 0 });
  expect(walk(volumes, { ...from, channel: c1.columns - 1 }, "ArrowRight", false)).toEqual({
    ...from,
    channel: c1.columns - 1,
  });
  expect(walk(volumes, from, "ArrowDown", true)).toEqual({ ...from, channel: c1.columns });
});

test("brackets walk from layer to layer, and stay within the network", () => {
  const { volumes } = placed();
  const unit = { layer: 2, channel: 15, y: 9, x: 9 };
  expect(walk(volumes, unit, "]", false)).toEqual({ layer: 3, channel: 15, y: 4, x: 4 });
  expect(walk(volumes, unit, "PageUp", false)).toEqual({ layer: 1, channel: 5, y: 13, x: 13 });
  expect(walk(volumes, { layer: 6, channel: 9, y: 0, x: 0 }, "]", false)).toEqual({ layer: 6, channel: 9, y: 0, x: 0 });
  expect(walk(volumes, null, "ArrowLeft", false)).toEqual({ layer: 0, channel: 0, y: 14, x: 14 });
  expect(walk(volumes, unit, "x", false)).toBeNull();
});

test("every pair of maps has its filter in the table, whichever way it lies", () => {
  for (const width of [300, 1000]) {
    const table = filterLayout(
      { filters: 16, channels: 6, size: 5 },
      { width, height: 480, largest: 22, step: 1, leastGap: 3 },
    );
    expect(table.rows).toBe(width === 300 ? "filters" : "channels");
    expect(table.width).toBeLessThanOrEqual(width);
    const planes = Array.from({ length: 96 }, (_, place) => planeIn(table, place));
    expect(new Set(planes).size).toBe(96);
    for (let place = 0; place < 96; place++) {
      const { filter, channel } = filterAt(table, place);
      expect(planes[place]).toBe(filter * 6 + channel);
      expect(overlap(filterRect(table, filter), planeRect(table.grid, place))).toBe(true);
    }
  }
});
