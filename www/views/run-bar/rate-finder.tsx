// Finds a learning rate: a panel with the loss of a sweep over learning rates, and the rate that the sweep suggests.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Chart } from "../../draw/chart";
import { type Picture, valueAt } from "../../draw/curves";
import type { SweepResult } from "../../engine/pkg/lenet";
import { figures, plain } from "../../model/words";
import { actions, state } from "../../state";
import { ClearIcon, SweepIcon } from "../parts/icons";
import "./rate-finder.css";

/** The rate that the reader points at. */
const cursor = signal<number | null>(null);
const isOpen = signal(false);

export function RateFinderButton() {
  return (
    <button
      type="button"
      class="quiet icon-only"
      aria-label="Find a rate"
      title="Find a learning rate"
      popovertarget="rate-finder"
      disabled={state.status.value === null}
    >
      <SweepIcon />
    </button>
  );
}

export function RateFinderPanel() {
  return (
    <div
      id="rate-finder"
      popover="auto"
      class="panel-over rate-finder"
      role="dialog"
      aria-label="Find a learning rate"
      onToggle={(event) => {
        isOpen.value = event.newState === "open";
        if (isOpen.value) actions.findLearningRate();
      }}
    >
      <header>
        <h2>Find a learning rate</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close the finder"
          popovertarget="rate-finder"
          popovertargetaction="hide"
        >
          <ClearIcon />
        </button>
      </header>
      <p>
        A copy of the network as it is now trains on {state.limits.value?.rates} mini-batches, each at a higher rate
        than the one before. The loss falls where the rate is of use and rises where it is too high. Your run is not
        touched.
      </p>
      {isOpen.value && <Plot />}
      <Outcome />
      <footer>
        After L. Smith, <i>Cyclical learning rates</i> (2017), 3.3, with your optimizer, mini-batch and other settings.
      </footer>
    </div>
  );
}

function Outcome() {
  const curve = state.rates.value;
  if (state.loading.value !== null && curve === null) {
    return <p role="status">The training images are still loading. The sweep begins when all have arrived.</p>;
  }
  if (curve === null || curve.progress < 1) {
    if (!state.sweeping.value) return <p role="status">There is no sweep to show.</p>;
    return (
      <div class="sweep-outcome">
        <progress aria-label="Progress of the sweep" value={curve?.progress ?? 0} max={1} />
      </div>
    );
  }
  const { suggestion } = curve;
  return (
    <div class="sweep-outcome">
      <p role="status">
        {suggestion === null
          ? "No rate made the loss fall, because this network is already trained or its gradients are zero. Press Reset and try again."
          : `Suggested: ${plain(suggestion)}, a tenth of the rate at which the smoothed loss is lowest.`}
      </p>
      {suggestion !== null && <Use rate={suggestion} />}
    </div>
  );
}

function Use({ rate }: { rate: number }) {
  const inUse = state.settings.value.find(({ name }) => name === "learning_rate")?.value === rate;
  return (
    <button
      type="button"
      class={inUse ? "" : "primary"}
      disabled={inUse}
      onClick={() => actions.set("learning_rate", rate)}
    >
      {inUse ? `${plain(rate)} is in use` : `Use ${plain(rate)}`}
    </button>
  );
}

function Plot() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const chart = new Chart(host.current, {
      logarithmic: false,
      label: plain,
      logarithmicAlong: (rate) => (rate < 1e-3 ? rate.toExponential(0) : plain(rate)),
      onCursor: (x) => {
        cursor.value = x;
      },
    });
    const redraw = effect(() => {
      void state.theme.value;
      chart.restyle();
      if (state.rates.value !== null) chart.draw(pictureOf(state.rates.value));
    });
    return () => {
      redraw();
      chart.dispose();
      cursor.value = null;
    };
  }, []);
  return (
    <figure class="sweep-plot">
      <figcaption>
        <span>Loss, by learning rate</span> <AtCursor />
      </figcaption>
      <div class="sweep-host" ref={host} />
    </figure>
  );
}

function AtCursor() {
  const [at, curve] = [cursor.value, state.rates.value];
  if (at === null || curve === null) return null;
  const loss = valueAt({ x: [...curve.rates], y: [...curve.smoothed] }, at);
  return loss === null ? null : (
    <span class="sweep-cursor">
      at {figures(at, 2)} <b>{figures(loss)}</b>
    </span>
  );
}

/** Each mini-batch's loss faint, the smoothed one over it, the suggestion as an upright line with a ring. */
function pictureOf({ rates, losses, smoothed, suggestion }: SweepResult): Picture {
  const style = getComputedStyle(document.documentElement);
  const mark = style.getPropertyValue("--accent").trim();
  const top = 1.1 * Math.max(1, ...smoothed);
  const at = suggestion === null ? null : valueAt({ x: [...rates], y: [...smoothed] }, suggestion);
  const there = suggestion === null || at === null ? null : { rate: suggestion, loss: at };
  return {
    x: [...rates],
    raw: [...losses],
    smooth: [...smoothed],
    colour: style.getPropertyValue("--train").trim(),
    behind: there === null ? [] : [{ x: [there.rate, there.rate], y: [0, top], colour: mark }],
    before: there === null ? [] : [{ x: [there.rate], y: [there.loss], colour: mark, mark: "ring", loose: true }],
    left: 1e-5,
    right: 10,
    range: [0, top],
  };
}
