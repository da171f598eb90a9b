// Beside the matrix: the images of the open cell with the network's confidence, or the most frequent mistakes.
import { useState } from "preact/hooks";
import { type Confusion, worst } from "../../model/confusion";
import { count, counted, percent } from "../../model/words";
import { state } from "../../state";
import { ClearIcon } from "../parts/icons";
import { Thumbnail, useTestImages } from "../parts/thumbnail";
import type { Cell } from "./matrix";

/** The number of images at first, and of those that each click adds. */
const PAGE = 40;
/** The number of mistakes that are listed. */
const NAMED = 8;

export function CellImages({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const { label, predicted } = cell;
  const [limit, setLimit] = useState(PAGE);
  const [survey, labels] = [state.survey.value, state.testLabels.value];
  const all = survey && labels ? imagesOf(cell, labels, survey.predicted, survey.confidence) : null;
  const shown = all?.slice(0, limit) ?? [];
  const pixels = useTestImages(shown);
  const correct = label === predicted;
  return (
    <section class="mistakes-images" aria-label={`Test images of ${label} predicted as ${predicted}`}>
      <div class="view-bar">
        <h3>
          {label} predicted as {predicted}
        </h3>
        <span class="view-words">
          {all === null
            ? "predicting all test images…"
            : `${counted(all.length, "image")}${all.length > 1 ? `, ${correct ? "the least" : "the most"} confident first` : ""}`}
        </span>
        <span class="spacer" />
        <button type="button" class="quiet icon-only small" aria-label="Close these images" onClick={onClose}>
          <ClearIcon />
        </button>
      </div>
      <ul>
        {shown.map((index) => {
          const confidence = inWords(survey?.confidence[index] ?? 0);
          return (
            <li key={index}>
              <Thumbnail
                index={index}
                label={label}
                pixels={pixels.get(index)}
                words={`predicted as ${predicted} with ${confidence}`}
              />
              <span aria-hidden="true">{confidence}</span>
            </li>
          );
        })}
      </ul>
      {all !== null && all.length > limit && (
        <button type="button" class="small" onClick={() => setLimit(limit + PAGE)}>
          {Math.min(PAGE, all.length - limit)} more of {count(all.length)}
        </button>
      )}
    </section>
  );
}

/** The images of a cell: the most confident mistakes first, or the least confident correct predictions first. */
function imagesOf(
  { label, predicted }: Cell,
  labels: Uint8Array,
  predictions: Uint8Array,
  given: Float32Array,
): number[] {
  const found = [...labels.keys()].filter((index) => labels[index] === label && predictions[index] === predicted);
  const sign = label === predicted ? 1 : -1;
  return found.sort((a, b) => sign * ((given[a] ?? 0) - (given[b] ?? 0)));
}

/** A confidence in words. */
function inWords(confidence: number): string {
  return confidence < 0.9995 ? percent(confidence) : `>${percent(0.999)}`;
}

/** The most frequent mistakes. */
export function Worst({ matrix, onOpen }: { matrix: Confusion; onOpen: (cell: Cell) => void }) {
  const list = worst(matrix, NAMED);
  return (
    <section class="mistakes-images" aria-label="Most frequent confusions">
      <div class="view-bar">
        <h3>Most frequent confusions</h3>
        <span class="view-words">Click a line, or any number at the left, to see the images.</span>
      </div>
      {list.length === 0 && <p class="view-words">There are no mistakes.</p>}
      <ul class="mistakes-worst">
        {list.map(({ label, predicted, images }) => (
          <li key={`${label} ${predicted}`}>
            <button type="button" class="quiet small" onClick={() => onOpen({ label, predicted })}>
              <b>{label}</b> predicted as <b>{predicted}</b>
              <span>{counted(images, "image")}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
