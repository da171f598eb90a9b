// What a unit sees and what it feeds, against brute force: mark every unit that feeds it, one connection at a time.
import { expect, test } from "vitest";
import { feeds as fed, receptiveField, shapeOf, type Window } from "../../www/draw/layout/receptive-field";
import type { Description, PlannedLayer } from "../../www/engine/pkg/lenet";
import { conv, dense, describe, NETWORKS, pool, windowOf } from "./networks";

/** The units of a layer's input that feed the marked units of its output, as "channel y x". */
function feeds(planned: PlannedLayer, marked: Set<string>): Set<string> {
  const { layer, input } = planned;
  const found = new Set<string>();
  // Every unit of a dense layer, or of a whitened image, is connected to every input: that of one marked unit is that of all.
  const whitens = layer.type === "preprocess" && layer.kind === "whiten";
  const sums = layer.type === "dense" || layer.type === "rbf" || whitens;
  if (sums) marked = new Set([...marked].slice(0, 1));
  for (const unit of marked) {
    const [channel = 0, y = 0, x = 0] = unit.split(" ").map(Number);
    for (let c = 0; c < input.channels; c++) {
      if (layer.type !== "conv" && !sums && c !== channel) continue;
      if (planned.sees[channel]?.includes(c) === false) continue;
      if (sums) {
        for (let v = 0; v < input.height; v++) for (let u = 0; u < input.width; u++) found.add(`${c} ${v} ${u}`);
        continue;
      }
      const { size, stride, padding } = windowOf(layer);
      for (let dy = 0; dy < size; dy++) {
        for (let dx = 0; dx < size; dx++) {
          const [v, u] = [y * stride - padding + dy, x * stride - padding + dx];
          if (v >= 0 && u >= 0 && v < input.height && u < input.width) found.add(`${c} ${v} ${u}`);
        }
      }
    }
  }
  return found;
}

/** The smallest window around some units. */
function around(layer: number, units: Set<string>, channels: number): Window {
  const places = [...units].map((unit) => unit.split(" ").map(Number)) as [number, number, number][];
  const [maps, ys, xs] = [0, 1, 2].map((i) => places.map((place) => place[i] as number)) as [
    number[],
    number[],
    number[],
  ];
  const several = [...new Set(maps)].sort((a, b) => a - b);
  const one = several.length === 1 && channels > 1;
  return {
    ...{ layer, channel: one ? (maps[0] as number) : null },
    ...(several.length > 1 && several.length < channels ? { maps: several } : {}),
    ...{ top: Math.min(...ys), left: Math.min(...xs), bottom: Math.max(...ys) + 1, right: Math.max(...xs) + 1 },
  };
}

function bruteForce(network: Description, unit: { layer: number; channel: number; y: number; x: number }): Window[] {
  let marked = new Set([`${unit.channel} ${unit.y} ${unit.x}`]);
  const field: Window[] = [];
  for (let layer = unit.layer; layer >= 0; layer--) {
    marked = feeds(network.layers[layer] as PlannedLayer, marked);
    if (marked.size === 0) break;
    field.push(around(layer - 1, marked, shapeOf(network, layer - 1).channels));
  }
  return field;
}

const small = { channels: 2, height: 13, width: 11 };
const cases: Record<string, Description> = {
  ...NETWORKS,
  "strides and paddings": describe([conv(3, 3, 1, 2), conv(4, 3, 1), pool(3, 2), dense(4)], small),
  "overlapping pools": describe([pool(3, 1), conv(3, 5, 2), pool(3, 2), dense(4)], small),
  "filters of one": describe([conv(5, 1), pool(2), conv(2, 3, 2), dense(4)], small),
};

for (const [name, network] of Object.entries(cases)) {
  test(`${name}: as brute force finds it, corners and middle of every layer`, () => {
    for (const layer of network.layers.keys()) {
      const { channels, height, width } = shapeOf(network, layer);
      for (const y of new Set([0, Math.floor(height / 2), height - 1])) {
        for (const x of new Set([0, Math.floor(width / 3), width - 1])) {
          for (const channel of new Set([Math.floor(channels / 2), channels - 1])) {
            const unit = { layer, channel, y, x };
            // A layer of one map sees that one map, whether by "all" or by its number.
            const found = receptiveField(network, unit).map((window) =>
              shapeOf(network, window.layer).channels === 1 ? { ...window, channel: null } : window,
            );
            expect(found, JSON.stringify(unit)).toEqual(bruteForce(network, unit));
          }
        }
      }
    }
  });
}

test("a unit of LeNet-5's C3 sees 14×14 pixels, through 10×10 of C1 and 5×5 of S2", () => {
  const field = receptiveField(NETWORKS["LeNet-5"] as Description, { layer: 2, channel: 4, y: 3, x: 5 });
  expect(field.map(({ top, bottom, left, right }) => [bottom - top, right - left])).toEqual([
    ...[
      [5, 5],
      [10, 10],
      [14, 14],
    ],
  ]);
});

/** The units of a layer's output that any of the marked units of its input feeds: those that are fed by one. */
function bruteForceForward(network: Description, unit: { layer: number; channel: number; y: number; x: number }) {
  let marked = new Set([`${unit.channel} ${unit.y} ${unit.x}`]);
  const windows: Window[] = [];
  for (let layer = unit.layer + 1; layer < network.layers.length; layer++) {
    const planned = network.layers[layer] as PlannedLayer;
    const { channels, height, width } = planned.output;
    const next = new Set<string>();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // A filter's maps are all fed by the same units: one of them tells. A pool's are fed each by its own.
        const each = planned.layer.type === "pool" ? [...Array(channels).keys()] : [0];
        for (const channel of each) {
          const from = feeds(planned, new Set([`${channel} ${y} ${x}`]));
          if (![...from].some((place) => marked.has(place))) continue;
          const reached = planned.layer.type === "pool" ? [channel] : [...Array(channels).keys()];
          for (const map of reached) next.add(`${map} ${y} ${x}`);
        }
      }
    }
    if (next.size === 0) break;
    windows.push(around(layer, next, channels));
    marked = next;
  }
  return windows;
}

const thinned: Record<string, Description> = {
  "LeNet-5, with fewer units": describe([conv(3, 5, 2), pool(), conv(4), pool(), dense(6), dense(10)]),
  "strides and paddings": cases["strides and paddings"] as Description,
  "overlapping pools": cases["overlapping pools"] as Description,
  "filters of one": cases["filters of one"] as Description,
  "a stride that leaps": describe([conv(3, 2, 0, 3), conv(2, 3), dense(4)], { channels: 2, height: 14, width: 11 }),
};

for (const [name, network] of Object.entries(thinned)) {
  test(`${name}: what a unit feeds, as brute force finds it`, () => {
    for (let layer = -1; layer < network.layers.length; layer++) {
      const { channels, height, width } = shapeOf(network, layer);
      for (const y of new Set([0, Math.floor(height / 2), height - 1])) {
        for (const x of new Set([0, Math.floor(width / 3), width - 1])) {
          const unit = { layer, channel: channels - 1, y, x };
          const found = fed(network, unit).map((window) =>
            shapeOf(network, window.layer).channels === 1 ? { ...window, channel: null } : window,
          );
          expect(found, JSON.stringify(unit)).toEqual(bruteForceForward(network, unit));
        }
      }
    }
  });
}
