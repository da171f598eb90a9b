// The arithmetic of an inspected unit, against finite differences of its definition.
import { expect, test } from "vitest";
import { gradientsOfInputs, products, slope, strongest, subtotals, total, winner } from "../../www/model/arithmetic";
import { conv, pool } from "./networks";

type Unit = Parameters<typeof subtotals>[0];
type Layer = Parameters<typeof products>[1];

const ACTIVATIONS = {
  none: (z: number) => z,
  relu: (z: number) => Math.max(0, z),
  leaky_relu: (z: number) => (z > 0 ? z : 0.01 * z),
  tanh: Math.tanh,
  scaled_tanh: (z: number) => 1.7159 * Math.tanh((2 / 3) * z),
  sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
};

for (const [name, activate] of Object.entries(ACTIVATIONS)) {
  test(`the slope of ${name} is its derivative`, () => {
    for (const z of [-2.5, -0.4, 0.3, 1.7]) {
      const difference = (activate(z + 1e-5) - activate(z - 1e-5)) / 2e-5;
      expect(slope(name as keyof typeof ACTIVATIONS, z, activate(z))).toBeCloseTo(difference, 6);
    }
  });
}

const inputs = [0.2, -0.7, 1.1, 0.4];
const WEIGHTS = [0.5, -1, 0.25, 2];
const ARRIVES = 0.3;

/** A unit that sees these numbers, of two channels of 1×2. */
function unit(weights: number[], preActivation: number): Unit {
  return {
    window: { channels: 2, height: 1, width: 2 },
    corner: [0, 3, 5],
    inputs: Float32Array.from(inputs),
    weights: Float32Array.from(weights),
    pre_activation: preActivation,
    d_pre_activation: ARRIVES,
  } as unknown as Unit;
}

const rootOfSquares = (x: number[]) => Math.sqrt(x.reduce((sum, each) => sum + each * each, 0));
const rbf: Layer = { type: "rbf" };
const UNITS: [string, Layer, number[], (x: number[]) => number][] = [
  ["a filter", conv(1), WEIGHTS, (x) => x.reduce((sum, each, i) => sum + each * (WEIGHTS[i] as number), 0)],
  ["an RBF unit", rbf, WEIGHTS, (x) => -x.reduce((sum, each, i) => sum + (each - (WEIGHTS[i] as number)) ** 2, 0)],
  ["max pooling", pool(), [], (x) => Math.max(...x)],
  ["average pooling", { ...pool(), kind: "average" } as Layer, [], (x) => x.reduce((a, b) => a + b, 0) / x.length],
  ["L2 pooling", { ...pool(), kind: "l2" } as Layer, [], rootOfSquares],
];

for (const [name, layer, weights, value] of UNITS) {
  test(`${name} passes on the gradient that differences of its value give`, () => {
    const found = gradientsOfInputs(unit(weights, value(inputs)), layer);
    for (const i of inputs.keys()) {
      const moved = (by: number) => value(inputs.map((each, j) => (i === j ? each + by : each)));
      expect(found[i]).toBeCloseTo((ARRIVES * (moved(1e-4) - moved(-1e-4))) / 2e-4, 5);
    }
  });
}

test("products add up over channels, and the strongest with all others", () => {
  const filter = unit(WEIGHTS, 0);
  const all = total(products(filter, conv(1)));
  expect(all).toBeCloseTo(0.1 + 0.7 + 0.275 + 0.8, 6);
  expect(subtotals(filter, conv(1)).map((each) => Number(each.toFixed(4)))).toEqual([0.8, 1.075]);
  const { first, others } = strongest(filter, conv(1), 2);
  expect(first.map(({ index, channel, y, x }) => [index, channel, y, x])).toEqual([
    [3, 1, 3, 6],
    [1, 0, 3, 6],
  ]);
  expect(others).toBeCloseTo(0.1 + 0.275, 6);
});

test("the first of equal maxima wins", () => {
  expect(winner(Float32Array.of(1, 4, 4, 2))).toBe(1);
});
