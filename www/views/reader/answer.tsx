// The image that the network receives, its prediction and the probability of each class.
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { drawPixels } from "../../draw/pixels";
import { percent } from "../../model/words";
import { imageSize, state } from "../../state";
import "./answer.css";

/** The number of bars before the engine has described its network. */
const CLASSES = 10;

export function Answer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let drawn: Float32Array | null = null;
    return effect(() => {
      const input = state.view.value?.input;
      if (canvas.current === null || input === undefined || isAlike(input, drawn)) return;
      drawPixels(canvas.current, input, imageSize.peek().width);
      drawn = input;
    });
  }, []);
  const { height, width } = imageSize.value;
  const chosen = state.chosen.value;
  const empty = chosen.kind === "drawing" && chosen.strokes.length === 0;
  const computed = empty ? undefined : state.view.value?.probabilities;
  const overflows = computed?.some(Number.isNaN) ?? false;
  const probabilities = overflows ? undefined : computed;
  const best = probabilities === undefined ? null : largest(probabilities);
  return (
    <div class="answer">
      <Verdict best={best} label={chosen.kind === "test" ? chosen.label : null} overflows={overflows} />
      <figure class="seen">
        <canvas
          ref={canvas}
          width={width}
          height={height}
          role="img"
          aria-label={`The network’s input, ${width} by ${height}`}
        />
        <figcaption>{`The network’s input: ${height}×${width} grey values`}</figcaption>
      </figure>
      <ol class="probabilities" aria-label="Probability of each digit">
        {Array.from({ length: state.description.value?.classes ?? CLASSES }, (_, digit) => (
          <Bar key={digit} digit={digit} probability={probabilities?.[digit]} best={digit === best} />
        ))}
      </ol>
      <Spoken best={best} probability={best === null ? undefined : probabilities?.[best]} />
    </div>
  );
}

/** The digit with the greatest probability and, for a test image, whether it is correct. */
function Verdict({ best, label, overflows }: { best: number | null; label: number | null; overflows: boolean }) {
  const isJudged = best !== null && label !== null;
  return (
    <p class={isJudged ? `verdict ${best === label ? "correct" : "wrong"}` : "verdict"}>
      <b data-answer>{best ?? "–"}</b>
      {overflows && <span>not a number: its weights are too large</span>}
      {isJudged && <span>{best === label ? "correct" : `wrong: it is a ${label}`}</span>}
    </p>
  );
}

function Bar({ digit, probability, best }: { digit: number; probability: number | undefined; best: boolean }) {
  return (
    <li class={best ? "best" : ""}>
      <span class="digit">{digit}</span>
      <span class="bar">
        <span style={{ transform: `scaleX(${probability ?? 0})` }} />
      </span>
      <span class="share">{probability === undefined ? "" : percent(probability)}</span>
    </li>
  );
}

/** Tells screen readers the prediction for a drawing that has not changed for a moment. */
function Spoken({ best, probability }: { best: number | null; probability: number | undefined }) {
  const [words, say] = useState("");
  const chosen = state.chosen.value;
  useEffect(() => {
    if (chosen.kind === "test" || best === null || probability === undefined) return;
    const later = setTimeout(() => say(`Predicted as ${best}, ${percent(probability, 0)}`), 800);
    return () => clearTimeout(later);
    // Only a new drawing is announced, and not every change of the probability during training.
  }, [chosen]);
  return (
    <p class="visually-hidden" role="status">
      {words}
    </p>
  );
}

function isAlike(a: Float32Array, b: Float32Array | null): boolean {
  return a.length === b?.length && a.every((value, i) => value === b[i]);
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
