// The kinds of values that the console's calls take. Each returns a copy that can be sent to the worker, or throws a
// refusal that says what the value is and what to give instead.
import { Refusal } from "../../engine/refusal";

/** Reads a value that the sentence of a refusal calls `name`. */
export type Kind<T> = (value: unknown, name: string) => T;

/** The greatest number that the engine can count to: its numbers have 32 bits. */
const MOST = 2 ** 32 - 1;
/** JSON may be nested so deeply: a configuration needs three. */
const MAX_DEPTH = 8;
/** A list in a configuration has at most so many values: 200 layers are the most. */
const MOST_ITEMS = 1000;
/** A tensor has at most so many numbers, as a network has parameters. */
const MOST_NUMBERS = 20_000_000;
/** A drawing has at most so many points, which the engine paints in less than a second. */
const MOST_POINTS = 10_000;

export function refuse(name: string, value: unknown, wanted: string): never {
  throw new Refusal({ message: `${name} cannot be ${shown(value)}: give ${wanted}`, layer: null, field: name });
}

/** A kind of which a value that is missing, but not null, is undefined. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return (value, name) => (value === undefined ? undefined : kind(value, name));
}

export function text(wanted: string): Kind<string> {
  return (value, name) => (typeof value === "string" ? value : refuse(name, value, wanted));
}

export function oneOf<W extends string>(...words: W[]): Kind<W> {
  return (value, name) => words.find((word) => word === value) ?? refuse(name, value, `one of ${quoted(words)}`);
}

/** Any number. The engine says which. */
export const number: Kind<number> = (value, name) =>
  typeof value === "number" ? value : refuse(name, value, "a number");

export function above0(most: number): Kind<number> {
  return (value, name) =>
    typeof value === "number" && value > 0 && value <= most
      ? value
      : refuse(name, value, `a number above 0, of at most ${count(most)}`);
}

export function whole(from: number): Kind<number> {
  return (value, name) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < from) {
      return refuse(name, value, `a whole number from ${from}`);
    }
    return value <= MOST ? value : refuse(name, value, `a whole number of at most ${count(MOST)}`);
  };
}

/** A number that is finite as one of the engine's, which have 32 bits. */
export const finite: Kind<number> = (value, name) =>
  typeof value === "number" && Number.isFinite(Math.fround(value))
    ? value
    : refuse(name, value, "a finite number of 32 bits");

const count = (number: number) => number.toLocaleString("en-US");

/** Refuses a list that is too long before it is read, which would take long. */
function limit({ length }: ArrayLike<unknown>, name: string, most: number): void {
  if (length <= most) return;
  const message = `${name} cannot have ${count(length)} values: give at most ${count(most)}`;
  throw new Refusal({ message, layer: null, field: name });
}

/** A list or a typed array of at most so many values. */
export function list<T>(kind: Kind<T>, wanted: string, most: number): Kind<T[]> {
  return (value, name) => {
    if (!isList(value)) return refuse(name, value, wanted);
    limit(value, name, most);
    const read: T[] = [];
    // A hole of a sparse list is undefined here, so a list of a billion holes ends at the first.
    for (let i = 0; i < value.length; i++) read.push(kind(value[i], `${name}[${i}]`));
    return read;
  };
}

type Fields = Record<string, Kind<unknown>>;
export type Values<F extends Fields> = { [N in keyof F]: F[N] extends Kind<infer T> ? T : never };

/** An object with these fields and no others. */
export function record<F extends Fields>(fields: F): Kind<Values<F>> {
  const names = Object.keys(fields);
  return (value, name) => {
    if (!isObject(value)) return refuse(name, value, `an object with ${quoted(names, "and")}`);
    const unknown = Object.keys(value).find((key) => !names.includes(key));
    if (unknown !== undefined) {
      const message = `there is no ${shown(unknown)} in ${name}: there are ${quoted(names, "and")}`;
      throw new Refusal({ message, layer: null, field: unknown });
    }
    return Object.fromEntries(names.map((key) => [key, fields[key]?.(value[key], key)])) as Values<F>;
  };
}

/** An object of plain values, as JSON can hold them. Fields that are undefined are left out. */
export const json: Kind<Record<string, unknown>> = (value, name) =>
  isObject(value) ? (plain(value, name, 0) as Record<string, unknown>) : refuse(name, value, "an object");

function plain(value: unknown, name: string, depth: number): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : refuse(name, value, "a finite number");
  if (depth === MAX_DEPTH) return refuse(name, value, "plain values: it is nested too deeply");
  if (Array.isArray(value)) limit(value, name, MOST_ITEMS);
  if (Array.isArray(value)) return value.map((item, i) => plain(item, `${name}[${i}]`, depth + 1));
  if (!isObject(value)) return refuse(name, value, "a number, a word, true, false, a list or an object");
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, short(key), depth + 1)]));
}

/** Numbers as a typed array, which is sent quickly. */
export const floats: Kind<Float32Array> = (value, name) => {
  if (!isList(value)) return refuse(name, value, "a list of numbers or a Float32Array");
  limit(value, name, MOST_NUMBERS);
  for (let i = 0; i < value.length; i++) finite(value[i], name);
  return Float32Array.from(value as ArrayLike<number>);
};

const PIXELS = "the pixels row by row: bytes from 0 to 255, or numbers from 0 to 1";

/** At most so many grey values as the engine takes them: numbers from 0 to 1. */
export const pixels =
  (longest: number): Kind<Float32Array> =>
  (value, name) => {
    if (!isList(value)) return refuse(name, value, PIXELS);
    limit(value, name, longest);
    const grey = floats(value, name);
    const isBytes = value instanceof Uint8Array || value instanceof Uint8ClampedArray;
    const isFloats = value instanceof Float32Array || value instanceof Float64Array;
    // A plain list contains bytes if one of its numbers is above 1.
    const most = isBytes || (!isFloats && grey.some((pixel) => pixel > 1)) ? 255 : 1;
    const wrong = grey.findIndex((pixel) => pixel < 0 || pixel > most || (most === 255 && !Number.isInteger(pixel)));
    if (wrong >= 0) return refuse(`${name}[${wrong}]`, value[wrong], PIXELS);
    return most === 1 ? grey : grey.map((pixel) => pixel / 255);
  };

/** The bytes of a file. */
export const bytes: Kind<Uint8Array> = (value, name) => {
  const isBytes = value instanceof Uint8Array || value instanceof ArrayBuffer;
  if (isBytes && value.byteLength === 0) return refuse(name, value, "the bytes of a file: here are none, or no longer");
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return refuse(name, value, "the bytes of a file: a Uint8Array or an ArrayBuffer");
};

const STROKES = "a list of strokes, each a list of points [x, y] or [x, y, pressure]";

const point: Kind<number[]> = (value, name) => {
  const read = list(finite, STROKES, 3)(value, name);
  return read.length === 2 || read.length === 3 ? read : refuse(name, value, STROKES);
};

/** Strokes with at most `MOST_POINTS` points in all. */
export const strokes: Kind<number[][][]> = (value, name) => {
  let points = 0;
  const counted: Kind<number[]> = (value, name) => {
    points += 1;
    if (points <= MOST_POINTS) return point(value, name);
    return refuse(name, value, `at most ${count(MOST_POINTS)} points in all: leave out some that are close together`);
  };
  return list(list(counted, STROKES, MOST_POINTS), STROKES, MOST_POINTS)(value, name);
};

/** `"a", "b" or "c"`. */
function quoted(words: string[], and = "or"): string {
  const all = words.map((word) => `"${word}"`);
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(", ")} ${and} ${all.at(-1)}`;
}

/** A text that leaves room for the rest of a sentence. */
const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** A value in a few words. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(short(value));
  if (typeof value === "bigint") return `${value}n`.slice(0, 40);
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (isList(value) && value.length === 0) return "an empty list";
  if (Array.isArray(value)) return "a list";
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === "Object" ? "an object" : `an object of the kind ${kind}`;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Whether a value has fields, and is neither a list nor an object of another kind, such as a Map. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Object]";
}
