// How often the page wants snapshots, and what it measures for that.
import { expect, test } from "vitest";
import { isWithoutGpu } from "../../www/draw/software";
import { whenDrawn } from "../../www/page/drawn";
import { numbersMove, restAfter } from "../../www/page/pace";

test("drawing has an eighth of the time, but everything is drawn five to twenty times a second", () => {
  expect(restAfter(1, false)).toBe(50);
  expect(restAfter(10, false)).toBe(80);
  expect(restAfter(1000, false)).toBeLessThan(200);
  for (const drawing of [1, 10, 1000]) expect(restAfter(drawing, true)).toBe(restAfter(1000, false));
});

test("without a GPU, numbers move with every other snapshot, and with a GPU with all", () => {
  const rest = restAfter(0, true);
  expect([1, 2].map((snapshots) => numbersMove(snapshots * rest, true))).toEqual([false, true]);
  expect(numbersMove(restAfter(0, false), false)).toBe(true);
});

test("drivers in software are known by their names", () => {
  const names = {
    "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)": true,
    "llvmpipe (LLVM 15.0.6, 256 bits)": true,
    "ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)": true,
    "Apple Software Renderer": true,
    "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)": false,
    "Apple GPU": false,
    "Mesa Intel(R) UHD Graphics 620 (KBL GT2)": false,
  };
  for (const [name, without] of Object.entries(names)) expect(isWithoutGpu(name), name).toBe(without);
  expect(isWithoutGpu(null)).toBe(true);
});

/** A browser whose clock the test moves, and which calls when the test says so. */
function browserOf() {
  const browser = { time: 0, frames: [] as (() => void)[], tasks: [] as (() => void)[] };
  const its = {
    now: () => browser.time,
    beforeFrame: (call: () => void) => void browser.frames.push(call),
    afterFrame: (call: () => void) => void browser.tasks.push(call),
  };
  return { browser, its };
}

test("a change counts with its frame, and with the time by which the frame is late", () => {
  for (const [comesAfter, late] of [
    [10, 0],
    [117, 100],
  ] as const) {
    const { browser, its } = browserOf();
    const told: number[] = [];
    const change = () => {
      browser.time += 3;
    };
    whenDrawn(change, (milliseconds) => told.push(milliseconds), its);
    browser.time += comesAfter;
    browser.frames.pop()?.();
    browser.time += 5;
    expect(told).toEqual([]);
    browser.tasks.pop()?.();
    expect(told).toEqual([3 + 5 + late]);
  }
});
