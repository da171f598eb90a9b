// The confusion matrix over all test images. It follows training from one evaluation to the next. Beside it are the images
// of a cell, and the number of training images of each digit, so that the effect of rare digits can be seen.
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EvaluationPoint } from "../../engine/pkg/lenet";
import { type Confusion, confusionOf, totals } from "../../model/confusion";
import { count, counted, percent } from "../../model/words";
import { actions, state, TEST_IMAGES } from "../../state";
import { DigitShares } from "./digits";
import { CellImages, Worst } from "./images";
import { type Cell, Matrix } from "./matrix";
import "./mistakes.css";

/** The predictions of all test images at one step. */
interface Look {
  step: number;
  matrix: Confusion;
}

/** The cell whose images are listed. */
const open = signal<Cell | null>(null);
/** The key in `earlier` of the matrix that this one is compared with. */
const against = signal("");

const isTest = ({ split }: EvaluationPoint): boolean => split === "test";

/** The last evaluation of the shown run. It is the same object until there is another, so that nothing is redrawn. */
const evaluated = computed(() => state.runs.value.at(-1)?.evaluations.findLast(isTest) ?? null);

/** Changes with every evaluation of any run, while `state.runs` changes with every snapshot. */
const known = computed(() =>
  state.runs.value.map(({ label, evaluations }) => `${label} ${evaluations.findLast(isTest)?.step}`).join(),
);

const surveyed = computed<Look | null>(() => {
  const [survey, labels, description] = [state.survey.value, state.testLabels.value, state.description.value];
  return (
    survey &&
    labels &&
    description && { step: survey.step, matrix: confusionOf(labels, survey.predicted, description.classes) }
  );
});

/** The newest matrix or, while a cell's images are listed, the matrix that they belong to. */
const shown = computed<Look | null>(() => {
  const evaluation = evaluated.value;
  const look = surveyed.value;
  const counted = evaluation && { step: evaluation.step, matrix: evaluation.confusion };
  if (look === null || counted === null) return look ?? counted;
  return open.value !== null || look.step >= counted.step ? look : counted;
});

const earlier = computed(() => {
  void known.value;
  const list: { key: string; label: string; matrix: Confusion }[] = [];
  const runs = state.runs.peek();
  for (const { label, evaluations } of runs.slice(0, -1)) {
    const last = evaluations.findLast(isTest);
    if (last) list.push({ key: label, label: `run ${label}`, matrix: last.confusion });
  }
  const before = (runs.at(-1)?.evaluations ?? []).filter(
    (each) => isTest(each) && each.step < (shown.value?.step ?? 0),
  );
  const [first, last] = [before[0], before.at(-1)];
  if (first) list.push({ key: "first", label: `epoch ${count(first.epoch)} of this run`, matrix: first.confusion });
  if (last && last !== first) {
    list.push({ key: "before", label: `epoch ${count(last.epoch)}, the last before this`, matrix: last.confusion });
  }
  return list;
});

export function Mistakes() {
  useEffect(() => effect(keepUp), []);
  const look = shown.value;
  const other = earlier.value.find(({ key }) => key === against.value)?.matrix ?? null;
  const cell = open.value;
  return (
    <div class="mistakes">
      <div class="view-bar">
        <h2>Mistakes</h2>
        {look && <Words look={look} />}
        <LookButton />
        {earlier.value.length > 0 && <Comparison />}
      </div>
      {look === null ? (
        <p class="view-words">
          The predictions for the {count(TEST_IMAGES)} test images appear here after every epoch of training, or now.
        </p>
      ) : (
        <div class="mistakes-body">
          <Matrix matrix={look.matrix} other={other} open={cell} onOpen={openCell} />
          {cell ? (
            <CellImages
              key={`${cell.label} ${cell.predicted} ${state.survey.value?.step}`}
              cell={cell}
              onClose={close}
            />
          ) : (
            <Worst matrix={look.matrix} onOpen={openCell} />
          )}
          <DigitShares />
        </div>
      )}
    </div>
  );
}

function Words({ look }: { look: Look }) {
  const { images, correct } = totals(look.matrix);
  const { step = 0, steps_per_epoch: perEpoch = 1 } = state.status.value ?? {};
  const when = look.step === step ? "now" : `at step ${count(look.step)}, ${(look.step / perEpoch).toFixed(1)} epochs`;
  return (
    <span class="view-words">
      <b>{percent(correct / images, 2)}</b> correct, <b>{count(images - correct)}</b> of {counted(images, "test image")}{" "}
      wrong, {when}
    </span>
  );
}

/** Offers to predict the test images again, if the network has changed since. */
function LookButton() {
  const step = state.status.value?.step;
  if (shown.value?.step === step) return null;
  return (
    <button
      type="button"
      class="small"
      disabled={state.surveying.value || step === undefined}
      onClick={() => {
        actions.needTestLabels();
        actions.survey();
      }}
    >
      {state.surveying.value ? "Predicting them…" : "Predict them all now"}
    </button>
  );
}

function Comparison() {
  return (
    <label class="mistakes-against">
      Compare with{" "}
      <select
        value={earlier.value.some(({ key }) => key === against.value) ? against.value : ""}
        onChange={(event) => {
          against.value = event.currentTarget.value;
        }}
      >
        <option value="">nothing</option>
        {earlier.value.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function openCell(cell: Cell): void {
  const same = open.value?.label === cell.label && open.value.predicted === cell.predicted;
  if (same) {
    close();
    return;
  }
  actions.needTestLabels();
  // An evaluation only counts the images of a cell; a survey knows which they are.
  if ((state.survey.value?.step ?? -1) < (shown.value?.step ?? 0)) actions.survey();
  open.value = cell;
}

function close(): void {
  open.value = null;
}

/** The run and step of the last survey that was made without a click; each is surveyed only once. */
let asked = "";

/** Surveys the test images again while a cell's images are listed and training rests, so that they are up to date. */
function keepUp(): void {
  if (state.survey.value !== null) actions.needTestLabels();
  const { step = 0, phase } = state.status.value ?? {};
  const key = `${state.runs.value.length} ${step}`;
  if (open.value === null || phase === undefined || phase === "training" || state.surveying.value) return;
  if (state.survey.value?.step === step || asked === key) return;
  asked = key;
  actions.survey();
}
