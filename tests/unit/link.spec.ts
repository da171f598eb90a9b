// Links: what an address carries comes back from it, however it was encoded on the way.
import { expect, test } from "vitest";
import type { Description, Layer } from "../../www/engine/pkg/lenet";
import { asksForTheSame, contradictions, hashOf, readHash } from "../../www/model/link";

const LAYERS = [
  { type: "conv", filters: 3, size: 5, stride: 1, padding: 2, activation: "relu" },
  { type: "dense", units: 10, activation: "none" },
] as Layer[];

const network = (preset: string, layers: Layer[]) =>
  ({ preset, layers: layers.map((layer) => ({ layer })) }) as unknown as Description;

test("a preset, settings, preprocessing and own layers come back as they were", () => {
  expect(hashOf(network("lenet5", []), {})).toBe("");
  expect(hashOf(network("nielsen1", []), { seed: 7 })).toBe("#preset=nielsen1&seed=7");
  const whitened = [{ type: "preprocess", kind: "whiten" } as Layer, ...LAYERS];
  const hash = hashOf(network("custom", whitened), { learning_rate: 0.01, train_on_all: true });
  expect(readHash(hash ?? "")).toEqual({
    layers: LAYERS,
    preprocessing: "whiten",
    learning_rate: 0.01,
    train_on_all: true,
  });
});

test("the usual encodings all mean the same", () => {
  const json = JSON.stringify(LAYERS);
  const same = [
    `#layers=${json}&seed=7`,
    `#layers=${encodeURIComponent(json)}&seed=7`,
    `#layers=${encodeURIComponent(json).toLowerCase().replaceAll("%2c", ",")}&seed=7`,
    `#layers=${encodeURIComponent(encodeURIComponent(json))}&seed=7`,
    `#layers=${json.replaceAll(",", ",+")}&seed=+7`,
    `#seed=7&amp;layers=${json}`,
    `#SEED=7&Layers=${json}`,
  ];
  for (const hash of same) expect(readHash(hash), hash).toEqual({ layers: LAYERS, seed: 7 });
  expect(readHash("#Preset=LeNet5_1998&learning-rate=1e-2&train_on_all=TRUE&optimizer=Adam")).toEqual({
    preset: "lenet5_1998",
    learning_rate: 0.01,
    train_on_all: true,
    optimizer: "adam",
  });
});

test("what cannot be read stays as it is, for the engine to refuse", () => {
  expect(readHash("#layers=[{&seed&=3&x=%ZZ")).toEqual({ layers: "[{", seed: "", "": 3, x: "%zz" });
  expect(readHash("")).toEqual({});
  const nested = `${"[".repeat(5000)}${"]".repeat(5000)}`;
  expect(readHash(`#layers=${nested}`)).toEqual({ layers: nested });
});

test("of a name that is there twice the last value counts, and different values are noticed", () => {
  expect(readHash("#seed=5&Seed=6")).toEqual({ seed: 6 });
  expect(contradictions("#seed=5&preset=nielsen1&Seed=6&seed=7")).toEqual(["seed"]);
  expect(contradictions("#seed=5&seed=5&momentum=0.5")).toEqual([]);
});

test("two hashes that ask for the same are known", () => {
  expect(asksForTheSame("#seed=7&preset=nielsen1", "#preset=nielsen1&seed=7.0")).toBe(true);
  expect(asksForTheSame("#seed=7", "#seed=8")).toBe(false);
  expect(asksForTheSame("", "#")).toBe(true);
});

test("more layers than an address can hold are not cut off", () => {
  expect(
    hashOf(
      network(
        "custom",
        Array.from({ length: 2000 }, () => LAYERS[0] as Layer),
      ),
      {},
    ),
  ).toBe(null);
});
