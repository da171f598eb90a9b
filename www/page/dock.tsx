// The place of the tools. A tool's program is fetched when the tool is first opened, and a tool that is not open is not
// there: it draws nothing and asks the engine for nothing.
import { effect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { shape } from "../model/screen";
import { closeTool, openTool, room, shown, type ToolName, tall, toolOf } from "../model/tools";
import { state } from "../state";
import { ClearIcon } from "../views/parts/icons";
import { Late } from "../views/parts/late";
import { reveal } from "./tool-bar";

const PROGRAMS: Record<ToolName, () => Promise<ComponentType>> = {
  filters: async () => (await import("../views/filters/filters")).Filters,
  maps: async () => (await import("../views/maps/maps")).Maps,
  inspector: async () => (await import("../views/inspector/inspector")).Inspector,
  mistakes: async () => (await import("../views/mistakes/mistakes")).Mistakes,
  number: async () => (await import("../views/sliding/sliding")).Sliding,
  ensemble: async () => (await import("../views/ensemble/ensemble")).Ensemble,
  preprocessing: async () => (await import("../views/preprocessing/preprocessing")).Preprocessing,
  layers: async () => (await import("../views/layers/layers")).Layers,
  curves: async () => (await import("../views/curves/curves")).Curves,
};

export function Dock() {
  const dock = useRef<HTMLDivElement>(null);
  useEffect(() => measured(dock.current), []);
  // A pinned unit shows its arithmetic.
  useEffect(
    () =>
      effect(() => {
        if (state.pinned.value === null || shown.peek().includes("inspector")) return;
        openTool("inspector");
        if (shape.peek() === "narrow") reveal("inspector"); // it is far below the network
      }),
    [],
  );
  const tools = shown.value;
  return (
    <div class={tools.length === 0 ? "dock empty" : tall.value ? "dock tall" : "dock"} ref={dock}>
      {tools.map((name) => (
        <Place key={name} name={name} />
      ))}
    </div>
  );
}

function Place({ name }: { name: ToolName }) {
  const { title, share } = toolOf(name);
  return (
    <section class={`panel tool ${name}-panel`} aria-label={title} style={{ flexGrow: share }}>
      <button
        type="button"
        class="quiet icon-only small tool-close"
        aria-label={`Close ${title}`}
        title="Close"
        onClick={() => closeTool(name)}
      >
        <ClearIcon />
      </button>
      <Late program={PROGRAMS[name]}>
        <h2>{title}</h2>
      </Late>
    </section>
  );
}

/** Keeps `room` up to date. */
function measured(dock: HTMLElement | null): (() => void) | undefined {
  if (dock === null) return;
  const measure = () => {
    room.value = dock.clientWidth / Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(dock);
  return () => observer.disconnect();
}
