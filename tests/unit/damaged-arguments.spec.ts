// Arguments of the console that are damaged: each is taken, or refused with a sentence.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../../www/engine/refusal";
import { take } from "../../www/page/arguments/takes";
import { Figures, RUNS } from "./damage";

const figures = new Figures();
afterAll(() => figures.report());

/** Calls with arguments that each takes. */
const CALLS: [Parameters<typeof take>[0], unknown[]][] = [
  ["configure", [{ preset: "nielsen1", seed: 7, layers: [{ type: "dense", units: 10 }] }]],
  ["setBackend", ["cpu"]],
  ["train", [{ steps: 5 }]],
  ["evaluate", ["test"]],
  ["classify", [[0, 0.5, 1]]],
  ["augment", [[0, 128, 255], { count: 2, first: 1 }]],
  ["classifyDrawing", [[[[1, 2, 0.5], [3, 4]]]]], // biome-ignore format: one stroke
  ["slide", [{ pixels: [0, 1], height: 1, width: 2 }]],
  ["slide", [{ strokes: [[[1, 2]]] }]],
  ["setParameters", [[{ name: "C1.bias", shape: [2], data: [0.5, -1] }]]],
  ["gradients", [[1, 2, 3]]],
  ["ensemble", [{ members: 3 }]],
  ["save", ["onnx"]],
  ["load", [new Uint8Array([1, 2])]],
];

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  withBoxedValues: true,
});

/** The value with another in the place of one of its parts, which is `depth` steps inside. */
function replaced(value: unknown, path: number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return other;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)] ?? `${keys.length}`;
  const part = replaced((value as Record<string, unknown>)[key], rest, other);
  return Array.isArray(value) ? Object.assign([...value], { [key]: part }) : { ...value, [key]: part };
}

/** Whether a value is of the kind of another: a list, an object, a word. */
function isLike(value: unknown, other: unknown): boolean {
  return typeof value === typeof other && Array.isArray(value) === Array.isArray(other);
}

test("damaged arguments are taken, or refused with a sentence", () => {
  const path = fc.array(fc.nat(9), { maxLength: 5 });
  const property = fc.property(fc.constantFrom(...CALLS), path, anything, ([name, valid], path, other) => {
    const given = replaced(valid, [0, ...path], other) as unknown[];
    figures.count(isLike(given[0], valid[0]), () => {
      try {
        // As the browser does to send it.
        structuredClone(take(name, ...given));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { message } = error;
        const isSentence = message.startsWith(`${name}: `) && message.length < 400;
        expect(isSentence && !/is not a function|Cannot read|\[object/.test(message), message).toBe(true);
      }
    });
  });
  fc.assert(property, RUNS);
});
