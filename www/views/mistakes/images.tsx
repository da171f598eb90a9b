// Beside the matrix: the images of the open cell, with how sure the network was; or else what it confuses most.
import { useState } from "preact/hooks";
import { type Confusion, worst } from "../../model/confusion";
import { count, counted, percent } from "../../model/words";
import { state } from "../../state";
import { ClearIcon } from "../parts/icons";
import { Thumbnail, useTestImages } from "../parts/thumbnail";
import type { Cell } from "./matrix";

/** How many are shown at first, and with each "more". */
const PAGE = 40;
/** How many confusions are named. */
const NAMED = 8;

export function CellImages({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const { label, predicted } = cell;
  const [most, setMost] = useState(PAGE);
  const [survey, labels] = [state.survey.value, state.testLabels.value];
  const all = survey && labels ? imagesOf(cell, labels, survey.predicted, survey.confidence) : null;
  const shown = all?.slice(0, most) ?? [];
  const pixels = useTestImages(shown);
  const right = label === predicted;
  return (
    <section class="mistakes-images" aria-label={`Test images of ${label} read as ${predicted}`}>
      <div class="view-bar">
        <h3>
          {label} read as {predicted}
        </h3>
        <span class="view-words">
          {all === null
            ? "looking through all test images…"
            : `${counted(all.length, "image")}${all.length > 1 ? `, ${right ? "least sure" : "surest"} first` : ""}`}
        </span>
        <span class="spacer" />
        <button type="button" class="quiet icon-only small" aria-label="Close these images" onClick={onClose}>
          <ClearIcon />
        </button>
      </div>
      <ul>
        {shown.map((index) => {
          const sure = certainty(survey?.confidence[index] ?? 0);
          return (
            <li key={index}>
              <Thumbnail
                index={index}
                label={label}
                pixels={pixels.get(index)}
                read={`read as ${predicted} with ${sure}`}
              />
              <span aria-hidden="true">{sure}</span>
            </li>
          );
        })}
      </ul>
      {all !== null && all.length > most && (
        <button type="button" class="small" onClick={() => setMost(most + PAGE)}>
          {Math.min(PAGE, all.length - most)} more of {count(all.length)}
        </button>
      )}
    </section>
  );
}

/** What is most worth a look comes first: a mistake that was sure, a right answer that was not. */
function imagesOf({ label, predicted }: Cell, labels: Uint8Array, answers: Uint8Array, given: Float32Array): number[] {
  const found = [...labels.keys()].filter((index) => labels[index] === label && answers[index] === predicted);
  const sign = label === predicted ? 1 : -1;
  return found.sort((a, b) => sign * ((given[a] ?? 0) - (given[b] ?? 0)));
}

/** The probability of what an image was read as, in words. */
function certainty(given: number): string {
  return given < 0.9995 ? percent(given) : `>${percent(0.999)}`;
}

/** What is confused most, for whoever does not know yet where to look. */
export function Worst({ matrix, onOpen }: { matrix: Confusion; onOpen: (cell: Cell) => void }) {
  const list = worst(matrix, NAMED);
  return (
    <section class="mistakes-images" aria-label="What it confuses most">
      <div class="view-bar">
        <h3>What it confuses most</h3>
        <span class="view-words">click a line, or any number at the left, to see the images</span>
      </div>
      {list.length === 0 && <p class="view-words">Nothing: all are right.</p>}
      <ul class="mistakes-worst">
        {list.map(({ label, predicted, images }) => (
          <li key={`${label} ${predicted}`}>
            <button type="button" class="quiet small" onClick={() => onOpen({ label, predicted })}>
              <b>{label}</b> read as <b>{predicted}</b>
              <span>{counted(images, "image")}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
