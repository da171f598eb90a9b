// How numbers are written for people.
import { expect, test } from "vitest";
import { count, counted, figures, megabytes, percent, plain, rounded } from "../../www/model/words";

test("counts have separators, and a plural unless there is one", () => {
  expect([0, 999.6, 12_345].map(count)).toEqual(["0", "1,000", "12,345"]);
  expect([0, 1, 2].map((value) => counted(value, "worker"))).toEqual(["0 workers", "1 worker", "2 workers"]);
});

test("shares are percentages, and bytes megabytes", () => {
  expect([percent(0.5), percent(0.9912, 2), percent(1, 0)]).toEqual(["50.0\u202f%", "99.12\u202f%", "100\u202f%"]);
  expect(megabytes(11_369_322)).toBe("11.4");
});

test("figures are three whatever the size, and exponents where there is no other way", () => {
  expect([0, 0.00213, -0.05, 12.345, 123_456, 0.000012, 3e6].map((value) => figures(value))).toEqual([
    ...["0", "0.00213", "-0.0500", "12.3", "1.23e+5", "1.20e-5", "3.00e+6"],
  ]);
});

test("a setting's value is as short as it can be", () => {
  expect([0.1, 0.001, 1e-7, 64, 0.12345].map(plain)).toEqual(["0.1", "0.001", "1e-7", "64", "0.1235"]);
});

test("a speed has two figures", () => {
  expect([7.26, 1234, 98_765].map(rounded)).toEqual([7, 1200, 99_000]);
});
