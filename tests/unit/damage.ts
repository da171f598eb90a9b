// Damages texts, and counts what became of them. `cargo xtask fuzz` sets the number of inputs and reads the figures.
import { appendFileSync } from "node:fs";
import fc from "fast-check";

/** The number of damaged inputs for each property. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 1_000);

/** The suite has the same inputs every time: a failure must not depend on luck. */
export const RUNS = { numRuns: INPUTS, ...(process.env.FUZZ_INPUTS === undefined && { seed: 1 }) };

/** The longest text that is tried: more than any browser's address holds. */
const LONGEST = 100_000;

const PIECES = [
  "%",
  "&",
  "=",
  "#",
  "+",
  "[",
  "]",
  "{",
  "}",
  '"',
  ",",
  "\\",
  "0",
  "-",
  "e9",
  "%5B",
  "%ZZ",
  "%F0",
  "\0",
  "é",
];

/** A change of a text at a place between 0 and 1: which one, and two numbers that determine it. */
type Edit = [at: number, how: number, length: number, more: number];

function change(text: string, [at, how, length, more]: Edit): string {
  const start = Math.floor(at * (text.length + 1));
  const piece = text.slice(start, start + length);
  return (text.slice(0, start) + instead(piece, how, more) + text.slice(start + length))
    .slice(0, LONGEST)
    .toWellFormed();
}

/** What comes in the place of a piece. */
function instead(piece: string, how: number, more: number): string {
  // Rarely, because it takes as long as a thousand others.
  if (how === 0) return `&layers=${"[".repeat(more)}${"]".repeat(more)}`;
  switch (how % 6) {
    case 0:
      return "";
    case 1:
      return encodeURIComponent(piece.toWellFormed());
    case 2:
      return piece.toUpperCase();
    case 3:
      return PIECES[more % PIECES.length] ?? "";
    case 4:
      return String.fromCodePoint(more) + piece;
    default:
      return piece.repeat(more % 30);
  }
}

/** One of these texts after one to four changes. */
export function damaged(valid: readonly string[]): fc.Arbitrary<string> {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const edit: fc.Arbitrary<Edit> = fc.tuple(at, fc.nat(2_000), fc.nat(20), fc.nat(20_000));
  const edits = fc.array(edit, { minLength: 1, maxLength: 4, size: "max" });
  return fc.tuple(fc.constantFrom(...valid), edits).map(([text, edits]) => edits.reduce(change, text));
}

/** Counts inputs, and measures the processor time of each. */
export class Figures {
  private inputs = 0;
  private passed = 0;
  private slowest = 0;

  /** Runs `check` on an input, which has passed the first check or not. */
  count<T>(passes: boolean, check: () => T): T {
    this.inputs += 1;
    this.passed += Number(passes);
    const start = process.cpuUsage();
    const result = check();
    const { user, system } = process.cpuUsage(start);
    this.slowest = Math.max(this.slowest, user + system);
    if (user + system > 1e6) throw new Error(`${(user + system) / 1e6} s of processor time`);
    return result;
  }

  /** Writes the figures for `xtask/src/fuzz.rs`, if it asks for them. */
  report(): void {
    const file = process.env.FUZZ_FIGURES;
    const { inputs, passed, slowest } = this;
    if (file !== undefined) appendFileSync(file, `inputs ${inputs}\npassed ${passed}\nslowest ${slowest}\n`);
  }
}
