// Several networks that predict together: the accuracy of each and of all, and the images that all predict wrongly.
import { signal } from "@preact/signals";
import type { EnsembleResult } from "../../engine/pkg/lenet";
import { count, counted, percent } from "../../model/words";
import { actions, state, TEST_IMAGES } from "../../state";
import { Missed } from "./missed";
import "./ensemble.css";

const wanted = signal(3);

export function Ensemble() {
  const { result } = state.ensemble.value;
  return (
    <div class="ensemble">
      <div class="view-bar">
        <h2>Ensemble</h2>
        <Start />
      </div>
      <p class="view-words">
        Networks that differ only in their seed make different mistakes, so together they make fewer: the others outvote
        a mistake of one, or outweigh it in the mean of the probabilities. Nielsen’s accuracy rose from 99.60{"\u202f"}%
        to 99.67{"\u202f"}% with five networks (<i>Neural Networks and Deep Learning</i>, chapter 6). CS231n has more
        under “Model ensembles”.
      </p>
      <UnderWay />
      {result !== null && (
        <div class="ensemble-body">
          <div class="ensemble-numbers">
            <Members result={result} />
            {result.seeds.length > 1 && <Gain result={result} />}
            <Opinion />
          </div>
          <Missed result={result} />
        </div>
      )}
    </div>
  );
}

/** The number of members and the button. Existing members count. */
function Start() {
  const { underWay, result } = state.ensemble.value;
  const have = result?.seeds.length ?? 0;
  const [minimum, maximum] = state.limits.value?.members ?? [0, 0];
  const choices = Array.from({ length: maximum - minimum + 1 }, (_, i) => minimum + i);
  const enough = choices.filter((members) => members > have);
  const members = enough.includes(wanted.value) ? wanted.value : (enough[0] ?? have);
  const busy = underWay !== null;
  return (
    <>
      <label class="ensemble-wanted">
        Members
        <select
          value={busy ? underWay.wanted : members}
          disabled={busy || enough.length === 0}
          onChange={(event) => {
            wanted.value = Number(event.currentTarget.value);
          }}
        >
          {choices.map((each) => (
            <option key={each} value={each} disabled={each <= have}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={busy || enough.length === 0 || state.status.value === null || state.failure.value !== null}
        onClick={() => actions.trainEnsemble(members)}
      >
        {have === 0 || enough.length === 0 ? "Train ensemble" : `Train ${members - have} more`}
      </button>
      {have > 0 && !busy && (
        <button type="button" class="quiet" onClick={() => actions.forgetEnsemble()}>
          Forget these
        </button>
      )}
    </>
  );
}

/** The member that is being trained, and its progress. */
function UnderWay() {
  const { underWay, result } = state.ensemble.value;
  const status = state.status.value;
  if (underWay === null || status === null) return null;
  const { seed, reading } = underWay;
  const who = `Member ${(result?.seeds.length ?? 0) + 1} of ${underWay.wanted}, seed ${seed}`;
  const what = reading
    ? "predicts the test images"
    : status.phase === "paused"
      ? "is paused: Train continues it, Reset ends the ensemble"
      : `trains, epoch ${status.epoch.toFixed(2)} of ${count(status.epochs)}`;
  return (
    <div class="ensemble-progress">
      <span>
        {who}, {what}
      </span>
      <progress aria-label="Progress of the member" value={reading ? 1 : status.epoch / status.epochs} max={1} />
      <p class="visually-hidden" role="status">
        {who} {reading ? what : "trains"}
      </p>
    </div>
  );
}

/** The mean accuracy of the members. */
function single({ accuracies }: EnsembleResult): number {
  return accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
}

/** The gain of all members over one, in images. */
function Gain({ result }: { result: EnsembleResult }) {
  const gain = Math.round((result.mean - single(result)) * TEST_IMAGES);
  return (
    <p>
      The mean of the probabilities predicts {counted(Math.abs(gain), "image")} {gain < 0 ? "fewer" : "more"} correctly
      than a single member on average.
    </p>
  );
}

function Members({ result }: { result: EnsembleResult }) {
  const { seeds, accuracies, mean, vote } = result;
  const one = single(result);
  return (
    <table>
      <caption class="visually-hidden">Accuracy on the {count(TEST_IMAGES)} test images</caption>
      <thead>
        <tr>
          <th scope="col">Seed</th>
          <th scope="col">Test accuracy</th>
          <th scope="col">Wrong</th>
          <th scope="col">Gain</th>
        </tr>
      </thead>
      <tbody>
        {seeds.map((seed, i) => (
          <Row key={seed} name={String(seed)} accuracy={accuracies[i] ?? 0} />
        ))}
      </tbody>
      {seeds.length > 1 && (
        <tbody class="together">
          <Row name="One, on average" accuracy={one} />
          <Row name="Mean probability" accuracy={mean} beside={one} />
          <Row name="Majority vote" accuracy={vote} beside={one} />
        </tbody>
      )}
    </table>
  );
}

/** `beside` is the accuracy that it is compared with. */
function Row({ name, accuracy, beside }: { name: string; accuracy: number; beside?: number }) {
  const gain = beside === undefined ? null : Math.round((accuracy - beside) * TEST_IMAGES);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{percent(accuracy, 2)}</td>
      <td>{count((1 - accuracy) * TEST_IMAGES)}</td>
      <td>{gain !== null && `${gain > 0 ? "+" : gain < 0 ? "−" : ""}${Math.abs(gain)}`}</td>
    </tr>
  );
}

/** The members' predictions for the chosen image. */
function Opinion() {
  const opinion = state.opinion.value;
  const chosen = state.chosen.value;
  if (opinion === null || (chosen.kind === "drawing" && chosen.strokes.length === 0)) return null;
  const probabilities = [...opinion.probabilities];
  const best = probabilities.indexOf(Math.max(...probabilities));
  return (
    <section class="ensemble-opinion" aria-label="The ensemble’s prediction for the chosen image">
      <h3>The chosen image</h3>
      <ol class="probabilities" aria-label="Mean probability of each digit">
        {probabilities.map((probability, digit) => (
          <li key={digit} class={digit === best ? "best" : ""}>
            <span class="digit">{digit}</span>
            <span class="bar">
              <span style={{ transform: `scaleX(${probability})` }} />
            </span>
            <span class="share">{percent(probability)}</span>
          </li>
        ))}
      </ol>
      <p>
        {opinion.predicted.length === 1 ? "The only member predicts " : "The members predict "}
        {opinion.predicted.join(", ")}
      </p>
    </section>
  );
}
