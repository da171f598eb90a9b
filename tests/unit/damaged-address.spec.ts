// Addresses that are damaged: whatever can be read is read, and nothing throws.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Description, Layer } from "../../www/engine/pkg/lenet";
import { asksForTheSame, hashOf, readHash } from "../../www/model/link";
import { damaged, Figures, RUNS } from "./damage";

const figures = new Figures();
afterAll(() => figures.report());

const activation = fc.constantFrom("relu", "tanh", "none");
const size = fc.integer({ min: 1, max: 9 });
const layer = fc.oneof(
  fc.record({ type: fc.constant("conv"), filters: size, size, stride: size, padding: size, activation }),
  fc.record({ type: fc.constant("dense"), units: size, activation }),
  fc.record({ type: fc.constant("dropout"), rate: fc.double({ min: 0, max: 0.9, noNaN: true }) }),
) as fc.Arbitrary<Layer>;

const network = fc.record({
  preset: fc.constantFrom("lenet5", "nielsen1", "custom"),
  layers: fc.array(layer, { maxLength: 4 }),
  preprocessing: fc.constantFrom(undefined, "whiten", "scale"),
});

const word = fc.constantFrom("sgd", "adam", "cosine");
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // an address has no -0
const settings = fc.dictionary(
  fc.constantFrom("seed", "learning_rate", "train_on_all", "optimizer", "augment_shift", "epochs"),
  fc.oneof(number, fc.integer(), fc.boolean(), word),
);

type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

function described({ preset, layers, preprocessing }: Network): Description {
  const first = preprocessing === undefined ? [] : [{ type: "preprocess", kind: preprocessing } as Layer];
  return { preset, layers: [...first, ...layers].map((layer) => ({ layer })) } as unknown as Description;
}

const asked = fc.tuple(network, settings).map(([network, settings]) => hashOf(described(network), settings) ?? "");
/** Addresses to damage. */
const VALID = fc.sample(asked, { numRuns: 200, seed: 1 });

test("what an address carries comes back from it", () => {
  const property = fc.property(network, settings, (network, settings) => {
    const { preset, layers, preprocessing } = network;
    const read = readHash(hashOf(described(network), settings) ?? "");
    expect(read).toEqual({
      ...(preset === "custom" ? { layers: JSON.parse(JSON.stringify(layers)) } : preset !== "lenet5" && { preset }),
      ...(preprocessing !== undefined && { preprocessing }),
      ...settings,
    });
  });
  fc.assert(property, { numRuns: 1_000, seed: 1 });
});

const isWord = (value: unknown) => typeof value === "string" || typeof value === "boolean";

/** An address that asks for something that the page knows, with layers that can be read. */
function passes(read: Record<string, unknown>): boolean {
  const names = ["preset", "preprocessing", "seed", "learning_rate", "train_on_all", "optimizer", "epochs"];
  return Array.isArray(read.layers) || names.some((name) => name in read);
}

test("a damaged address is read as far as it can be", () => {
  const property = fc.property(damaged(VALID), (hash) => {
    return figures.count(passes(readHash(hash)), () => {
      const read = readHash(hash);
      // As it is sent to the worker.
      structuredClone(read);
      const isPlain = ([name, value]: [string, unknown]) =>
        name === "layers" || Number.isFinite(value) || isWord(value);
      return Object.entries(read).every(isPlain) && asksForTheSame(hash, hash);
    });
  });
  fc.assert(property, RUNS);
});
