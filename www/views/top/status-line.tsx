// The status line: one sentence about what is happening and what the reader can do next.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Status } from "../../engine/pkg/lenet";
import { count, counted, megabytes, percent } from "../../model/words";
import { actions, state } from "../../state";
import "./status-line.css";

export function StatusLine() {
  return (
    <div class="status-line">
      {/* Only the sentence is a live region: screen readers announce a change of state, and not every number. */}
      <p role="status" class={state.failure.value !== null || diverged() ? "voice trouble" : "voice"}>
        {voice()}
      </p>
      {help()}
      {opened()?.assumed && <p class="assumed">{opened()?.assumed}</p>}
      {state.status.value !== null && state.loading.value !== null && <Progress quiet />}
      <Notice />
    </div>
  );
}

function voice(): ComponentChildren {
  const failure = state.failure.value;
  if (failure !== null) return failure.endsWith(".") ? failure : `${failure}.`;
  const status = state.status.value;
  if (status === null) {
    if (state.eager.value) return "Training starts as soon as the data has arrived.";
    return PROMISE;
  }
  if (state.waiting.value !== null) {
    const { thenTrains } = state.waiting.value;
    return `This network waits for training images, which are still arriving.${thenTrains ? " Training starts by itself." : ""}`;
  }
  if (state.preparing.value && status.phase !== "training")
    return "WebGPU is being prepared. This takes a few seconds.";
  const file = opened();
  if (file !== null) return file.words;
  switch (status.phase) {
    case "training":
      return learning(status);
    case "paused":
      return `Paused at step ${count(status.step)}. Train continues from here; Step trains one mini-batch.`;
    case "finished":
      return status.message ?? finished(status);
    case "diverged":
      return `${status.message ?? `The loss is not a number at step ${count(status.step)}.`} Press Reset to begin again.`;
    default:
      return state.pretrained.value ? TRAINED : PROMISE;
  }
}

/** The file that was opened, until the run goes on from it. */
function opened(): typeof state.opened.value {
  const [file, status] = [state.opened.value, state.status.value];
  const holds = file?.holds?.() ?? true;
  return holds && file?.step === status?.step && status?.phase !== "training" ? file : null;
}

const PROMISE = (
  <>
    <strong>Press Train.</strong> In about ten seconds this network will read your handwriting.
  </>
);

/** A schedule begins with large steps: the LeNet-5 of `assets` falls from 99.4 to 97.9 % in half an epoch. */
const TRAINED = "This network is already trained. Draw a digit. Training makes it worse at first.";

/** After this many steps, every network that learns has at least this accuracy; chance is 10 %. */
const PATIENCE = { steps: 300, accuracy: 0.3 };

/** The sentence changes rarely, because the numbers that change are in the run bar. */
function learning({ validation_accuracy: accuracy, step }: Status): string {
  if (accuracy === null || (accuracy < PATIENCE.accuracy && step <= PATIENCE.steps)) {
    return "Training: each mini-batch nudges every weight a little downhill.";
  }
  if (accuracy < PATIENCE.accuracy) {
    return "Training, but the network is hardly better than chance. Press Pause and Reset and try a lower learning rate.";
  }
  if (accuracy < 0.9) return "Training: the network begins to distinguish the digits.";
  return "Training: the network reads handwriting now. Draw a digit while it goes on learning.";
}

function finished(status: Status): string {
  if (status.test_accuracy === null) return "Finished. Draw a digit, or press Train for another round.";
  return `Finished: ${percent(status.test_accuracy)} of 10,000 test images that it has never seen are correct. Draw a digit.`;
}

function diverged(): boolean {
  return state.status.value?.phase === "diverged";
}

/** The element beside the sentence: a progress bar, or a button that helps. */
function help(): ComponentChildren {
  if (state.failure.value !== null) {
    return (
      <button type="button" class="primary small" onClick={() => actions.tryAgain()}>
        Try again
      </button>
    );
  }
  if (diverged()) {
    return (
      <button type="button" class="primary small" onClick={() => actions.reset()}>
        Reset
      </button>
    );
  }
  if (state.status.value === null) return <Progress />;
  if (state.waiting.value !== null) return null;
  if (state.status.value.phase === "ready" && !state.pretrained.value) {
    return (
      <button type="button" class="link" onClick={() => actions.loadTrained()}>
        or load a trained one
      </button>
    );
  }
  return null;
}

/** `quiet` makes it small, because training is already possible. */
function Progress({ quiet = false }) {
  const loading = state.loading.value;
  if (loading === null) return <p class="loading">Preparing the engine …</p>;
  const { received, total } = loading;
  const size = total === null ? `${megabytes(received)} MB` : `${megabytes(received)} of ${megabytes(total)} MB`;
  const text = quiet ? size : `Loading MNIST: ${size}`;
  return (
    <div class={quiet ? "loading quiet-loading" : "loading"}>
      <progress aria-label="Loading the data" {...(total === null ? {} : { value: received, max: total })} />
      {text}
    </div>
  );
}

/**
 * A refusal, and that a run was replaced. They are shown over everything else, because the settings may be open and nothing
 * should move.
 */
function Notice() {
  const notice = useRef<HTMLDivElement>(null);
  const replaced = state.replaced.value;
  const words = state.notice.value;
  const isEmpty = words === null && replaced === null;
  useEffect(() => {
    if (isEmpty) notice.current?.hidePopover();
    else raise(notice.current);
  }, [isEmpty, words, replaced]);
  useEffect(() => {
    const raiseOver = ({ target, newState }: ToggleEvent) => {
      if (newState === "open" && target !== notice.current && notice.current?.matches(":popover-open")) {
        raise(notice.current);
      }
    };
    document.addEventListener("toggle", raiseOver, true); // it does not bubble
    return () => document.removeEventListener("toggle", raiseOver, true);
  }, []);
  return (
    <div ref={notice} popover="manual" class="notice">
      {words !== null && <Said words={words} signal={state.notice} />}
      {replaced !== null && (
        <Said words={wordsOf(replaced)} signal={state.replaced}>
          <button type="button" class="small" onClick={() => actions.undo()}>
            Undo
          </button>
        </Said>
      )}
    </div>
  );
}

/** Shows a popover over those that were opened before. */
function raise(popover: HTMLElement | null): void {
  popover?.hidePopover();
  popover?.showPopover();
}

/** A sentence and what can be done about it. To dismiss it clears its signal. */
function Said(said: { words: string; signal: { value: unknown }; children?: ComponentChildren }) {
  return (
    <div class="said">
      <p role="alert">{said.words}</p>
      {said.children}
      <button
        type="button"
        class="quiet small"
        onClick={() => {
          said.signal.value = null;
        }}
      >
        Dismiss
      </button>
    </div>
  );
}

function wordsOf({ step, seconds }: NonNullable<typeof state.replaced.value>): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return `The run before this one, at step ${count(step)} after ${counted(minutes, "minute")} of training, was not saved.`;
}
