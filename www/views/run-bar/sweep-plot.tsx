// The loss of a sweep over learning rates.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Chart } from "../../draw/chart";
import { type Picture, valueAt } from "../../draw/curves";
import type { SweepResult } from "../../engine/pkg/lenet";
import { figures, plain } from "../../model/words";
import { state } from "../../state";

/** The rate that the reader points at. */
const cursor = signal<number | null>(null);

export function SweepPlot() {
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
