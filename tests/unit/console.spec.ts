// The console refuses every nonsense argument with a sentence before the engine hears of it.
import { expect, test } from "vitest";
import type { Client } from "../../www/engine/client";
import type { Console } from "../../www/page/console";
import { consoleOf } from "../../www/page/console";

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

/** Values of every kind that JavaScript has, none of which is an argument of any call. */
const NONSENSE: unknown[] = [
  ...[null, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, 5n, true, false, "", "nonsense", "<b>"],
  ...[Symbol("s"), () => 1, class {}, ["a"], [null], [[1]], [[[1]]], [{}], new Array(2 ** 32 - 1), [Number.NaN]],
  ...[{ foo: 1 }, { steps: "5", members: "5" }, { steps: 0, epochs: 0 }, { count: -1, first: 0.5 }, cycle, { f() {} }],
  ...[new Map([["preset", "lenet5"]]), new Set([1]), new Date(0), /x/, new Error("no"), Promise.resolve(1)],
  ...[new DataView(new ArrayBuffer(8)), new WeakMap(), Object.create(null, { x: { get: fail, enumerable: true } })],
  ...[new Proxy({}, { get: fail, ownKeys: fail }), new Proxy([], { get: fail }), revoked()],
];

function fail(): never {
  throw new TypeError("not for you");
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** The calls that take arguments, with one that each accepts and may be among the nonsense. */
const CALLS: Partial<Record<keyof Console, (value: unknown) => boolean>> = {
  // Names of settings and their values are the engine's to judge.
  configure: (value) => Object.prototype.toString.call(value) === "[object Object]",
  setBackend: () => false,
  train: () => false,
  evaluate: () => false,
  classify: () => false,
  augment: () => false,
  classifyDrawing: () => false,
  slide: () => false,
  setParameters: () => false,
  gradients: () => false,
  ensemble: () => false,
  save: (value) => typeof value === "string", // the engine knows the formats
  load: () => false,
};

/** A console whose engine answers everything, and the calls that have reached it. */
function watched(): { lenet: Console; reached: unknown[] } {
  const reached: unknown[] = [];
  const call = async (...given: unknown[]) => {
    structuredClone(given); // as the browser does to send it
    reached.push(given);
  };
  return { lenet: consoleOf({ call, ready: Promise.resolve() } as unknown as Client), reached };
}

for (const [name, isAccepted] of Object.entries(CALLS)) {
  test(`${name} refuses nonsense with a sentence`, async () => {
    const { lenet, reached } = watched();
    const call = lenet[name as "evaluate"] as (value: unknown) => Promise<unknown>;
    for (const value of NONSENSE) {
      let accepts = false;
      try {
        accepts = isAccepted(value);
      } catch {}
      const before = reached.length;
      const outcome = await call(value).then(
        () => null,
        (error: Error) => error,
      );
      if (outcome === null) {
        expect(accepts, `${name} has taken ${typeof value}`).toBe(true);
        continue;
      }
      expect(outcome.name).toBe("Refusal");
      expect(outcome.message).toMatch(new RegExp(`^${name}: .{15,}`));
      expect(outcome.message.length).toBeLessThan(250);
      expect(/is not a function|Cannot read|\[object/.test(outcome.message), outcome.message).toBe(false);
      expect(reached.length).toBe(before);
    }
  });
}

const refusal = (call: (lenet: Console) => Promise<unknown>) =>
  call(watched().lenet).then(
    () => "",
    (error: Error) => error.message,
  );
// biome-ignore lint/suspicious/noExplicitAny: these arguments are wrong on purpose
type Any = any;

test("a refusal names the argument, what it is and what to give", async () => {
  expect(await refusal((lenet) => lenet.train({ foo: 1 } as Any))).toBe(
    'train: there is no "foo" in goal: there are "steps" and "epochs"',
  );
  expect(await refusal((lenet) => lenet.train({ steps: "5" } as Any))).toBe(
    'train: steps cannot be "5": give a whole number from 1',
  );
  expect(await refusal((lenet) => lenet.train({ steps: 2 ** 32 }))).toBe(
    "train: steps cannot be 4294967296: give a whole number of at most 4,294,967,295",
  );
  expect(await refusal((lenet) => lenet.evaluate(0 as Any))).toBe(
    'evaluate: split cannot be 0: give one of "train", "validation" or "test"',
  );
  expect(await refusal((lenet) => lenet.save({} as Any))).toBe(
    "save: format cannot be an object: give the name of a format",
  );
  expect(await refusal((lenet) => lenet.gradients(["a"] as Any))).toBe(
    'gradients: indices[0] cannot be "a": give a whole number from 0',
  );
  expect(await refusal((lenet) => lenet.configure({ layers: [() => 1] } as Any))).toContain(
    "layers[0] cannot be a function",
  );
  expect(await refusal((lenet) => lenet.configure(cycle))).toContain("nested too deeply");
  const long = { [`seed${"0".repeat(500)}`]: () => 1 };
  expect((await refusal((lenet) => lenet.configure(long as Any))).length).toBeLessThan(200);
  expect((await refusal((lenet) => lenet.train(long as Any))).length).toBeLessThan(200);
  expect(await refusal((lenet) => lenet.classify([0.5, 7]))).toContain("pixels[0] cannot be 0.5");
  expect(
    await refusal((lenet) => lenet.setParameters([{ name: "C1.bias", shape: [1], data: [1e39] }] as Any)),
  ).toContain("finite");
});

test("what the README says is accepted, and arrives as it was meant", async () => {
  const { lenet, reached } = watched();
  await lenet.configure();
  await lenet.configure({ seed: 3, epochs: undefined });
  await lenet.train();
  await lenet.train({ steps: 3 });
  await lenet.classify([0, 128, 255]);
  await lenet.classify(Float32Array.of(0, 0.5, 1));
  await lenet.classifyDrawing([
    [
      [1, 2],
      [3, 4, 0.5],
    ],
  ]);
  await lenet.slide({ pixels: Uint8Array.of(255), height: 1, width: 1 });
  await lenet.gradients(Uint32Array.of(1, 2) as Any);
  await lenet.augment(Uint8Array.of(7), { first: 3 });
  await lenet.ensemble({ members: 5 });
  await lenet.save();
  await lenet.load(new ArrayBuffer(2));
  expect(reached).toEqual([
    ["configure", {}],
    ["configure", { seed: 3 }],
    ["train", undefined],
    ["train", { steps: 3, epochs: undefined }],
    ["classify", Float32Array.of(0, 128 / 255, 1)],
    ["classify", Float32Array.of(0, 0.5, 1)],
    ["classifyDrawing", [[[1, 2], [3, 4, 0.5]]]], // biome-ignore format: one stroke
    ["slide", { pixels: Float32Array.of(1), height: 1, width: 1 }],
    ["gradients", [1, 2]],
    ["augmented", Uint8Array.of(7), 3, 16],
    ["ensemble", { members: 5 }],
    ["save", "safetensors"],
    ["checkFile", new Uint8Array(2), 2],
    ["load", new Uint8Array(2)],
  ]);
});

test("what is too long is refused before it is read, and never repeated in full", async () => {
  const unread = new Proxy(new Array(1e9), {
    get: (list, key) => (key === "length" ? list.length : fail()),
  });
  expect(await refusal((lenet) => lenet.classify(unread))).toContain("at most 784");
  expect(await refusal((lenet) => lenet.augment(new Uint8Array(785)))).toContain("at most 784");
  expect(await refusal((lenet) => lenet.gradients(unread))).toContain("at most 60,000");
  expect(await refusal((lenet) => lenet.classifyDrawing(unread))).toContain("at most 10,000");
  const dots = Array.from({ length: 101 }, () => Array.from({ length: 100 }, () => [0, 0]));
  expect(await refusal((lenet) => lenet.slide(dots))).toContain("at most 10,000 points in all");
  expect(await refusal((lenet) => lenet.train({ epochs: 1e99 }))).toContain("at most 10,000");
  const key = "k".repeat(1e5);
  expect((await refusal((lenet) => lenet.train({ [key]: 1 } as Any))).length).toBeLessThan(120);
  const gone = new Uint8Array(8);
  structuredClone(gone, { transfer: [gone.buffer] });
  expect(await refusal((lenet) => lenet.load(gone))).toContain("no longer");
});
