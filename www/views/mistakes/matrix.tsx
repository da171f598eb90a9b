// The confusion matrix: a row for each label and a column for each prediction, recall at the right, precision below. The
// colour of a mistake is its share of the row; correct cells have a frame and no colour, which would outshine the others.
// Compared with an earlier matrix, each cell shows the difference, and its colour whether that is better.
import { useRef } from "preact/hooks";
import { type Confusion, ceiling, count, labelled, precision, recall, shareOf } from "../../model/confusion";
import { percent, count as whole } from "../../model/words";
import { isChord } from "../parts/chord";
import "../../draw/colour/legend.css";

export interface Cell {
  label: number;
  predicted: number;
}

interface Props {
  matrix: Confusion;
  /** The matrix that it is compared with. */
  other: Confusion | null;
  open: Cell | null;
  onOpen: (cell: Cell) => void;
}

/** The percentage of colour in the strongest cell, on which its number is still legible. */
const MAX_TINT = 50;

export function Matrix({ matrix, other, open, onOpen }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const classes = [...matrix.keys()];
  const at = open ?? { label: 0, predicted: 0 };
  const share = ({ label, predicted }: Cell): number =>
    shareOf(matrix, label, predicted) - (other ? shareOf(other, label, predicted) : 0);
  const mistakes = classes.flatMap((label) =>
    classes.filter((predicted) => predicted !== label).map((predicted) => Math.abs(share({ label, predicted }))),
  );
  const strongest = ceiling(mistakes);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const [label, predicted] = ((event.target as HTMLElement).dataset.cell ?? "").split(" ").map(Number);
    if (isChord(event) || by === undefined || label === undefined || predicted === undefined) return;
    event.preventDefault();
    const to = [label + (by[0] ?? 0), predicted + (by[1] ?? 0)].map((digit) =>
      Math.max(0, Math.min(classes.length - 1, digit)),
    );
    table.current?.querySelector<HTMLElement>(`[data-cell="${to.join(" ")}"]`)?.focus();
  };
  return (
    <figure class="mistakes-matrix">
      <table
        ref={table}
        onKeyDown={move}
        aria-label="Confusion matrix: a row for each label, a column for each prediction"
      >
        <thead>
          <tr>
            <td class="corner">
              <span class="visually-hidden">label</span>
            </td>
            {classes.map((predicted) => (
              <th key={predicted} scope="col">
                <span class="visually-hidden">predicted as </span>
                {predicted}
              </th>
            ))}
            <th scope="col" class="edge" title="The share of the images with this label that were predicted correctly">
              recall
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map((label) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {classes.map((predicted) => (
                <td key={predicted}>
                  <CellButton
                    cell={{ label, predicted }}
                    images={count(matrix, label, predicted)}
                    before={other && count(other, label, predicted)}
                    share={share({ label, predicted })}
                    strongest={strongest}
                    labelled={labelled(matrix, label)}
                    reachable={at.label === label && at.predicted === predicted}
                    open={open?.label === label && open.predicted === predicted}
                    onOpen={onOpen}
                  />
                </td>
              ))}
              <td class="edge">{written(recall(matrix, label), other && recall(other, label))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td />
            {classes.map((predicted) => (
              <td key={predicted} class="edge">
                {written(precision(matrix, predicted), other && precision(other, predicted))}
              </td>
            ))}
            <th scope="row" class="edge" title="The share of the images predicted as this digit that are one">
              precision
            </th>
          </tr>
        </tfoot>
      </table>
      <figcaption>
        <Legend strongest={strongest} compares={other !== null} />
        <p>
          Rows are the labels of the images, columns the predictions.{" "}
          {other ? "Each number is the difference since then." : "The diagonal is correct."}
        </p>
      </figcaption>
    </figure>
  );
}

interface CellProps {
  cell: Cell;
  images: number;
  /** The number of images in the matrix that it is compared with. */
  before: number | null;
  share: number;
  /** The share with the strongest colour. */
  strongest: number;
  labelled: number;
  reachable: boolean;
  open: boolean;
  onOpen: (cell: Cell) => void;
}

function CellButton({ cell, images, before, share, strongest, labelled, reachable, open, onOpen }: CellProps) {
  const { label, predicted } = cell;
  const correct = label === predicted;
  const more = before === null ? images : images - before;
  const better = before !== null && (correct ? more > 0 : more < 0);
  const strength = before === null && correct ? 0 : Math.min(1, Math.abs(share) / strongest) || 0;
  const words = `${label} predicted as ${predicted}: ${whole(images)} ${images === 1 ? "image" : "images"}`;
  const change = before === null ? "" : `, ${whole(before)} before`;
  return (
    <button
      type="button"
      class={`cell ${correct ? "correct" : ""} ${more === 0 ? "none" : ""}`}
      data-cell={`${label} ${predicted}`}
      data-count={images}
      aria-label={words + change}
      title={`${words}, ${percent(images / labelled, 2)} of the ${whole(labelled)}${change}`}
      aria-pressed={open}
      tabIndex={reachable ? 0 : -1}
      style={{
        background: `color-mix(in srgb, var(--${better ? "correct" : "wrong"}) ${MAX_TINT * strength}%, var(--ground))`,
      }}
      onClick={() => onOpen(cell)}
    >
      {more === 0 ? "·" : before === null ? more : signed(more, 0)}
    </button>
  );
}

function Legend({ strongest, compares }: { strongest: number; compares: boolean }) {
  const end = (digit: string): string => `color-mix(in srgb, var(--${digit}) ${MAX_TINT}%, var(--ground))`;
  const number = plainPercent(strongest);
  return (
    <div class="legend">
      <span class="legend-number">{compares ? "better" : "0"}</span>
      <div
        class="legend-scale"
        style={{
          background: `linear-gradient(to right, ${compares ? `${end("correct")}, ` : ""}var(--ground), ${end("wrong")})`,
        }}
      />
      <span class="legend-number">
        {compares ? `worse by ${number} of the row’s images` : `${number} of the row’s images`}
      </span>
    </div>
  );
}

/** A share in percent, or its change in percentage points. */
function written(share: number, before: number | null): string {
  if (!Number.isFinite(share)) return "–";
  if (before === null) return (100 * share).toFixed(1);
  const points = 100 * (share - before);
  return Number.isFinite(points) ? signed(points, Math.abs(points) < 9.95 ? 1 : 0) : "–";
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

const plainPercent = (share: number): string => `${Number((100 * share).toPrecision(2))}\u202f%`;
