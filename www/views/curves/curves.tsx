// Loss and accuracy as the run goes on, with earlier runs behind it.
import { batch, effect, signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Chart } from "../../draw/chart";
import {
  type Along,
  type Colours,
  earlierColour,
  evaluated,
  type Measure,
  picture,
  smoothRun,
  valueAt,
} from "../../draw/curves";
import { projecting } from "../../model/screen";
import { figures, percent } from "../../model/words";
import { actions, type Run, state } from "../../state";
import { Segments } from "../parts/segments";
import "./curves.css";

const ALONG: { value: Along; label: string }[] = [
  { value: "step", label: "Batch" },
  { value: "epoch", label: "Epoch" },
  { value: "seconds", label: "Time" },
];
const UNITS: Record<Along, (x: number) => string> = {
  step: (x) => `at batch ${Math.round(x)}`,
  epoch: (x) => `at epoch ${x.toFixed(2)}`,
  seconds: (x) => `at ${x.toFixed(1)} s`,
};

const along = signal<Along>("step");
/** The place that the reader points at, in the units of the horizontal axis. */
const cursor = signal<number | null>(null);

export function Curves() {
  return (
    <div class="curves">
      <header class="curves-head">
        <Runs />
        <span class="cursor-place">{cursor.value !== null && UNITS[along.value](cursor.value)}</span>
        <AlongChoice />
      </header>
      <Plot
        measure="loss"
        title="Loss"
        remark="lower is better"
        write={(value) => figures(value)}
        label={(value) => String(value)}
      />
      <Plot
        measure="accuracy"
        title="Accuracy"
        remark="higher is better"
        write={(value) => percent(value, 2)}
        label={(value) => percent(value, Number.isInteger(Math.round(1e4 * value) / 100) ? 0 : 1)}
      />
    </div>
  );
}

interface PlotProps {
  measure: Measure;
  title: string;
  remark: string;
  /** Writes a value in the heading. */
  write: (value: number) => string;
  /** Writes a value at the axis. */
  label: (value: number) => string;
}

function Plot({ measure, title, remark, write, label }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const large = projecting.value;
  useEffect(() => {
    if (host.current === null) return;
    const chart = new Chart(host.current, {
      logarithmic: measure === "loss",
      label,
      onCursor: (x) => {
        cursor.value = x;
      },
    });
    let shades: Colours;
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      chart.draw(picture(state.runs.peek(), measure, along.peek(), shades));
    };
    // Snapshots come faster than frames in a slow tab; a hidden tab has no frames and draws nothing. A component's effect
    // would run only after a frame, so that the page would draw two frames for each snapshot.
    const redraw = effect(() => {
      void state.runs.value;
      void along.value;
      if (frame === 0) frame = requestAnimationFrame(draw);
    });
    const restyle = effect(() => {
      shades = colours();
      chart.restyle();
      if (frame === 0) frame = requestAnimationFrame(draw);
    });
    return () => {
      redraw();
      restyle();
      cancelAnimationFrame(frame);
      chart.dispose();
    };
  }, [large]);
  return (
    <figure class={`plot ${measure}`}>
      <figcaption>
        <h3>{title}</h3>
        <span class="remark">{remark}</span>
        <Values measure={measure} write={write} />
      </figcaption>
      <div class="plot-host" ref={host} />
    </figure>
  );
}

/** The values at the cursor, or the latest. */
function Values({ measure, write }: Pick<PlotProps, "measure" | "write">) {
  const values = useComputed(() => {
    const run = state.runs.value.at(-1);
    const axis = along.value;
    const at = cursor.value;
    const train = run === undefined ? null : valueAt({ x: run[axis], y: smoothRun(run, measure) }, at);
    return {
      train,
      validation: valueAt(evaluated(run, "validation", measure, axis), at),
      test: valueAt(evaluated(run, "test", measure, axis), at),
    };
  });
  const names = { train: "training", validation: "validation", test: "test" };
  return (
    <span class="values">
      {(["train", "validation", "test"] as const).map((split) => (
        <span key={split} class={`value ${split}`}>
          {names[split]} <b>{values.value[split] === null ? "–" : write(values.value[split])}</b>
        </span>
      ))}
    </span>
  );
}

/** The names of the runs, if there is more than one. */
function Runs() {
  const runs = state.runs.value;
  if (runs.length < 2) return <h2>Curves</h2>;
  const shades = colours();
  return (
    <div class="runs">
      <ul
        aria-label="Runs on show"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: many runs scroll, with the arrow keys as well
        tabIndex={0}
      >
        {runs.map((run, i) => (
          <RunName key={run.label} run={run} colour={i === runs.length - 1 ? shades.train : earlierColour(shades, i)} />
        ))}
      </ul>
      <button
        type="button"
        class="quiet small"
        aria-label="Clear old runs"
        title="Clear old runs"
        onClick={() => actions.clearOldRuns()}
      >
        Clear
      </button>
    </div>
  );
}

function RunName({ run, colour }: { run: Run; colour: string }) {
  return (
    <li>
      <span class="swatch" style={{ background: colour }} />
      {run.label}
    </li>
  );
}

function AlongChoice() {
  return (
    <Segments
      group="along"
      legend="Horizontal axis"
      choices={ALONG}
      chosen={along.value}
      onChoose={(axis) => {
        batch(() => {
          along.value = axis;
          cursor.value = null;
        });
      }}
    />
  );
}

function colours(): Colours {
  void state.theme.value;
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    train: read("--train"),
    validation: read("--validation"),
    test: read("--test"),
    earlier: [read("--earlier-1"), read("--earlier-2"), read("--earlier-3"), read("--earlier-4")],
  };
}
