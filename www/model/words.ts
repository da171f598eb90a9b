// Writes numbers and names for people.

/** A narrow no-break space, which stands before a percent sign. */
const THIN = "\u202f";

/** 12345 → "12,345". */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** 1, "worker" → "1 worker"; 2 → "2 workers". */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** 0.9912 → "99.12 %". */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}${THIN}%`;
}

/** 11369322 → "11.4". */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** Three significant figures: 0.00213, 0.0500, 12.3. */
export function figures(value: number, digits = 3): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e6) return value.toExponential(digits - 1);
  return value.toPrecision(digits).replace(/^(-?\d+)\.$/, "$1");
}

/** A setting's value with up to four significant figures: 0.001 → "0.001", 0.00001 → "0.00001". */
export function plain(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

/** The networks to choose from, by their names in the engine. */
export const PRESETS = [
  { value: "lenet5", label: "LeNet-5" },
  { value: "lenet5_1998", label: "LeNet-5, 1998" },
  { value: "nielsen1", label: "Nielsen, one conv" },
  { value: "nielsen2", label: "Nielsen, two conv" },
];

export function presetName(preset: string): string {
  return PRESETS.find(({ value }) => value === preset)?.label ?? "own network";
}

/** Rounds a speed to two significant figures; more would only flicker. */
export function rounded(speed: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(speed)) - 1);
  return Math.round(speed / unit) * unit;
}
