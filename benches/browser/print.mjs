// Prints the measurements as tables for people and as lines of JSON for programs.

export const NETWORKS = { lenet5: "LeNet-5", nielsen2: "Nielsen, two conv" };

const records = [];

/** Keeps a record for `printRecords`. */
export function record(what, numbers) {
  records.push({ what, ...numbers });
}

export function printRecords() {
  for (const line of records) console.log(JSON.stringify(line));
}

/** Prints a table. The first `left` columns are words and aligned to the left, the others to the right. */
export function table(head, rows, left = 1) {
  if (rows.length === 0) return;
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => cell[i < left ? "padEnd" : "padStart"](widths[i])).join("  ");
  const [title, ...rest] = cells.map(line);
  console.log(["", title, widths.map((width) => "─".repeat(width)).join("  "), ...rest, ""].join("\n"));
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
export const whole = (number) => Math.round(number).toLocaleString("en");
export const times = (number) => (Number.isFinite(number) ? `${number.toPrecision(number < 10 ? 2 : 3)}×` : "–");
