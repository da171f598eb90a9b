// Shows the remarks of a first visit where they belong, one at a time and each once.
import { effect, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { REMARKS, type Remark, Watch } from "../model/remarks";
import { projecting } from "../model/screen";
import { state } from "../state";
import { ClearIcon } from "../views/parts/icons";
import "./remarks.css";

const KEY = "remarks";
/** The distance from what it points at, and from the window's edge. */
const [AWAY, EDGE] = [12, 8];

const current = signal<Remark | null>(null);
/** The names of the remarks that were made. */
const made = new Set(remembered());

function remembered(): string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return []; // damaged, or storage is refused
  }
}

/** Watches the training; returns a function that stops it. */
function startWatching(): () => void {
  const watch = new Watch();
  return effect(() => {
    const [network, status, view] = [state.description.value, state.status.value, state.view.value];
    if (network === null || status === null || view === null) return;
    // What was said of another run no longer holds.
    if (status.step === 0) current.value = null;
    if (REMARKS.every((name) => made.has(name))) return;
    const moment = { network, status, view, run: state.runs.peek().at(-1), chosen: state.chosen.peek() };
    const remarks = watch.look(moment);
    if (current.peek() !== null || status.phase !== "training" || projecting.peek()) return;
    const remark = remarks.find(({ name, at }) => !made.has(name) && isInSight(at));
    if (remark === undefined) return;
    current.value = remark;
    made.add(remark.name);
    try {
      localStorage.setItem(KEY, JSON.stringify([...made]));
    } catch {
      // it may be made once more on the next visit
    }
  });
}

function isInSight(at: string): boolean {
  const box = document.querySelector(at)?.getBoundingClientRect();
  return box !== undefined && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}

export function Remarks() {
  const bubble = useRef<HTMLDivElement>(null);
  const remark = current.value;
  useEffect(startWatching, []);
  const projected = projecting.value;
  useLayoutEffect(() => {
    if (remark !== null && !projected) place(bubble.current, remark.at);
  }, [remark, projected]);
  useEffect(() => {
    if (remark === null) return;
    const follow = () => {
      if (isInSight(remark.at)) place(bubble.current, remark.at);
      else if (!projecting.peek()) current.value = null;
    };
    addEventListener("resize", follow);
    addEventListener("scroll", follow, true);
    return () => {
      removeEventListener("resize", follow);
      removeEventListener("scroll", follow, true);
    };
  }, [remark]);
  // The live region is there before its words, so that screen readers announce them.
  return (
    <div class="remark-place" role="status" aria-label="Remark">
      {remark !== null && (
        <div class="remark-bubble" ref={bubble}>
          <p>{remark.words}</p>
          <button
            type="button"
            class="quiet icon-only small"
            aria-label="Dismiss the remark"
            onClick={() => {
              current.value = null;
            }}
          >
            <ClearIcon />
          </button>
        </div>
      )}
    </div>
  );
}

/**
 * Places it to the left of what it points at if there is room, where it covers no numbers; otherwise over it, or under it.
 * Its arrow points at the middle.
 */
function place(bubble: HTMLElement | null, at: string): void {
  const target = document.querySelector(at)?.getBoundingClientRect();
  if (bubble === null || target === undefined) return;
  const { width, height } = bubble.getBoundingClientRect();
  const beside = target.left - width - 2 * AWAY;
  const fitsBeside = beside >= innerWidth / 4;
  bubble.classList.toggle("beside", fitsBeside);
  if (fitsBeside) {
    const half = (target.top + target.bottom) / 2;
    const top = Math.max(EDGE, Math.min(innerHeight - height - EDGE, half - height / 2));
    bubble.style.translate = `${beside}px ${top}px`;
    bubble.style.setProperty("--arrow", `${half - top}px`);
    return;
  }
  const middle = (target.left + target.right) / 2;
  const left = Math.max(EDGE, Math.min(innerWidth - width - EDGE, middle - width / 2));
  const above = target.top - height - AWAY;
  bubble.classList.toggle("under", above < EDGE);
  bubble.style.translate = `${left}px ${above < EDGE ? target.bottom + AWAY : above}px`;
  bubble.style.setProperty("--arrow", `${Math.max(14, Math.min(width - 14, middle - left))}px`);
}
