// A link to the page: its hash contains a network, its preprocessing, the changed settings and the open tools, as
// `#preset=nielsen1&seed=7&tools=filters,mistakes` or, for layers of one's own, `#layers=[{"type":"conv",…},…]`. Pure.
import type { Description } from "../engine/pkg/lenet";
import type { Configuration } from "../engine/protocol";
import { preprocessingOf } from "./layer-list";
import { FIRST_TOOLS, isTool, type ToolName } from "./tools";

const DEFAULT_PRESET = "lenet5";
/** No browser cuts off an address of so many characters (Safari has the lowest limit, of 80,000). */
const MAX_LENGTH = 60_000;
/** A list of layers is nested twice. */
const MAX_DEPTH = 8;

/** The name that no setting of the engine has. */
const TOOLS = "tools";
/** What stands there if no tool is open. */
const NO_TOOL = "none";

type Settings = Record<string, number | string | boolean>;

/** The hash of a network with these changed settings and open tools; null if its layers are too many for an address. */
export function hashOf(
  network: Description | null,
  settings: Settings,
  tools: readonly ToolName[] = FIRST_TOOLS,
): string | null {
  const parts = new URLSearchParams();
  const preset = network?.preset ?? DEFAULT_PRESET;
  if (network !== null && preset === "custom") parts.set("layers", JSON.stringify(layersOf(network)));
  else if (preset !== DEFAULT_PRESET) parts.set("preset", preset);
  const preprocessing = network === null ? "none" : preprocessingOf(network);
  if (preprocessing !== "none") parts.set("preprocessing", preprocessing);
  for (const [name, value] of Object.entries(settings)) parts.set(name, String(value));
  if (tools.join() !== FIRST_TOOLS.join()) parts.set(TOOLS, tools.join() || NO_TOOL);
  if (parts.size === 0) return "";
  // Commas and colons are allowed as they are, and most of what JSON consists of.
  const hash = `#${parts}`.replaceAll("%2C", ",").replaceAll("%3A", ":");
  return hash.length > MAX_LENGTH ? null : hash;
}

/** The layers without the preprocessing, which has a name of its own. */
function layersOf({ layers }: Description) {
  return layers.map(({ layer }) => layer).filter(({ type }) => type !== "preprocess");
}

/** The configuration in a hash. The engine judges names and values. Of a name that is there twice, the last counts. */
export function readHash(hash: string): Configuration {
  const entries = entriesOf(hash).filter(([name]) => name !== TOOLS);
  return Object.fromEntries(entries.map(([name, text]) => [name, settingOf(name, text)]));
}

/** The tools that a hash opens, and the names in it that are no tool's. */
export function readTools(hash: string): { tools: readonly ToolName[]; unknown: string[] } {
  const text = new Map(entriesOf(hash)).get(TOOLS);
  if (text === undefined) return { tools: FIRST_TOOLS, unknown: [] };
  const names = [
    ...new Set(
      text
        .toLowerCase()
        .split(",")
        .map((name) => name.trim()),
    ),
  ];
  const given = names.filter((name) => name !== "" && name !== NO_TOOL);
  return { tools: given.filter(isTool), unknown: given.filter((name) => !isTool(name)) };
}

/** The names that are there more than once with different values. */
export function contradictions(hash: string): string[] {
  const entries = entriesOf(hash);
  const last = new Map(entries);
  return [...new Set(entries.filter(([name, text]) => last.get(name) !== text).map(([name]) => name))];
}

/** The names and texts in a hash, in their order. */
function entriesOf(hash: string): [string, string][] {
  // Some programs write the & of an address as they have to in HTML.
  const entries = [...new URLSearchParams(hash.replace(/^#/, "").replaceAll("&amp;", "&"))];
  return entries.map(([name, text]) => [nameOf(name), text]);
}

function nameOf(name: string): string {
  return name.trim().toLowerCase().replaceAll("-", "_");
}

function settingOf(name: string, text: string): unknown {
  if (name === "layers") return layersIn(text);
  const word = text.trim().toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  return word !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
}

/** The list of layers in a text, which may have been encoded twice; the text itself if it is none. */
function layersIn(text: string): unknown {
  for (const read of [(raw: string) => raw, decodeURIComponent]) {
    try {
      const layers: unknown = JSON.parse(read(text));
      // What is nested a thousand times would overflow the stack of whoever looks at it next.
      return isNested(layers, MAX_DEPTH) ? text : layers;
    } catch {}
  }
  return text;
}

/** Whether a value of JSON is nested more deeply than this. */
function isNested(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isNested(item, depth - 1));
}

/** Whether two hashes ask for the same. */
export function asksForTheSame(one: string, other: string): boolean {
  const sorted = (hash: string) => JSON.stringify(Object.entries(readHash(hash)).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
