// The tools: what the reader opens beside the network, the pad and the curves.
import { computed, signal } from "@preact/signals";
import { state } from "../state";
import { shape } from "./screen";

export interface Tool {
  /** As it is written in the address. */
  readonly name: string;
  readonly title: string;
  /** The width that it needs, in rem. */
  readonly width: number;
  /** Its share of the width, if there is more. */
  readonly share: number;
  /** Whether it needs more height than a row of small pictures. */
  readonly tall: boolean;
}

/** In the order in which they stand side by side. The first nine have the keys 1 to 9. */
export const TOOLS = [
  { name: "filters", title: "Filters", width: 28, share: 32, tall: false },
  { name: "maps", title: "Feature maps", width: 28, share: 34.7, tall: false },
  { name: "inspector", title: "Inspector", width: 40, share: 44, tall: true },
  { name: "mistakes", title: "Mistakes", width: 32, share: 32, tall: true },
  { name: "number", title: "Read a number", width: 32, share: 32, tall: true },
  { name: "ensemble", title: "Ensemble", width: 26, share: 26, tall: true },
  { name: "preprocessing", title: "Preprocessing", width: 26, share: 26, tall: true },
  { name: "layers", title: "Layers", width: 44, share: 44, tall: true },
  /** Only where there is no place for the curves beside the network. */
  { name: "curves", title: "Curves", width: 20, share: 20, tall: true },
] as const satisfies readonly Tool[];

export type ToolName = (typeof TOOLS)[number]["name"];

/** What is open on a first visit. */
export const FIRST_TOOLS: readonly ToolName[] = ["filters", "maps"];

/** The gap between two tools, in rem. */
const GAP = 0.5;

/** The tools that the reader has opened, the last opened at the end. Not all of them may have room. */
export const opened = signal<readonly ToolName[]>(FIRST_TOOLS);
/** The width of the place where the tools stand, in rem; null before it is measured. */
export const room = signal<number | null>(null);
/** Whether the curves stand beside the network; otherwise they are a tool. */
export const curvesApart = computed(() => shape.value !== "narrow");

/** The tools that can be opened. */
export const available = computed(() => TOOLS.filter(({ name }) => name !== "curves" || !curvesApart.value));
/** The tools that are on show, from left to right. */
export const shown = computed(() =>
  fitting(
    opened.value.filter((name) => available.value.some((tool) => tool.name === name)),
    room.value ?? Number.POSITIVE_INFINITY,
  ),
);

/** Whether one of them is high, and the others are as high as that one. An inspector without a unit has one sentence. */
export const tall = computed(() =>
  shown.value.some((name) => toolOf(name).tall && (name !== "inspector" || state.pinned.value !== null)),
);

/** Returns the last opened of these tools that fit side by side into this room, and at least one. */
export function fitting(wanted: readonly ToolName[], room: number): ToolName[] {
  const fits: ToolName[] = [];
  let used = -GAP;
  for (const name of wanted.toReversed()) {
    used += GAP + toolOf(name).width;
    if (fits.length > 0 && used > room) break;
    fits.push(name);
  }
  return TOOLS.map(({ name }) => name).filter((name) => fits.includes(name));
}

export function toolOf(name: ToolName): Tool {
  return TOOLS.find((tool) => tool.name === name) as Tool;
}

/** The key that opens and closes a tool. */
export function toolKey(name: ToolName): string {
  return String(TOOLS.findIndex((tool) => tool.name === name) + 1);
}

export function isTool(name: string): name is ToolName {
  return TOOLS.some((tool) => tool.name === name);
}

/** The tool that was opened last, and what had to make room for it: it comes back when that tool is closed. */
let last: { name: ToolName; displaced: readonly ToolName[] } | null = null;

export function openTool(name: ToolName): void {
  const wanted = [...opened.value.filter((each) => each !== name), name];
  const fits = fitting(wanted, room.value ?? Number.POSITIVE_INFINITY);
  const displaced = wanted.filter((each) => !fits.includes(each));
  last = { name, displaced };
  opened.value = wanted.filter((each) => fits.includes(each));
}

export function closeTool(name: ToolName): void {
  const back = last?.name === name ? last.displaced : [];
  last = null;
  opened.value = [...back, ...opened.value.filter((each) => each !== name)];
}

/** Opens a tool, or closes it if it is on show. */
export function toggleTool(name: ToolName): void {
  if (shown.value.includes(name)) closeTool(name);
  else openTool(name);
}
