// Beside the matrix: the images of the open cell, with how sure the network was; or else what it confuses most.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Confusion, worst } from "../confusion";
import { drawPixels } from "../draw/pixels";
import { actions, state } from "../state";
import { count, counted, percent } from "../words";
import { ClearIcon } from "./icons";
import type { Cell } from "./mistakes-matrix";

/** How many are shown at first, and with each "more". */
const PAGE = 40;
/** How many confusions are named. */
const NAMED = 8;

export function CellImages({ cell, onClose }: { cell: Cell; onClose: () => void }) {
  const { label, said } = cell;
  const [most, setMost] = useState(PAGE);
  const [pixels, setPixels] = useState<Map<number, Uint8Array>>(new Map());
  const [survey, labels] = [state.survey.value, state.testLabels.value];
  const all = survey && labels ? imagesOf(cell, labels, survey.said, survey.given) : null;
  const shown = all?.slice(0, most) ?? [];
  useEffect(() => {
    const missing = shown.filter((index) => !pixels.has(index));
    if (missing.length === 0) return;
    let gone = false;
    actions.testImages(missing).then(
      (images) => {
        const got = images.map((image, i) => [missing[i] as number, image.pixels] as const);
        if (!gone) setPixels((had) => new Map([...had, ...got]));
      },
      () => {}, // the engine has failed: the status line says so
    );
    return () => {
      gone = true;
    };
  }, [all === null, most]);
  const right = label === said;
  return (
    <section class="mistakes-images" aria-label={`Test images of ${label} read as ${said}`}>
      <div class="view-bar">
        <h3>
          {label} read as {said}
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
        {shown.map((index) => (
          <Image key={index} index={index} cell={cell} pixels={pixels.get(index)} given={survey?.given[index] ?? 0} />
        ))}
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
function imagesOf({ label, said }: Cell, labels: Uint8Array, answers: Uint8Array, given: Float32Array): number[] {
  const found = [...labels.keys()].filter((index) => labels[index] === label && answers[index] === said);
  const sign = label === said ? 1 : -1;
  return found.sort((a, b) => sign * ((given[a] ?? 0) - (given[b] ?? 0)));
}

interface ImageProps {
  index: number;
  cell: Cell;
  pixels: Uint8Array | undefined;
  /** The probability of what it was read as. */
  given: number;
}

function Image({ index, cell, pixels, given }: ImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chosen = state.chosen.value;
  useEffect(() => {
    if (canvas.current !== null && pixels !== undefined) drawPixels(canvas.current, pixels, 28);
  }, [pixels]);
  const sure = given < 0.9995 ? percent(given) : `>${percent(0.999)}`;
  return (
    <li>
      <button
        type="button"
        class="mistakes-image"
        data-index={index}
        title={`Test image ${index}`}
        aria-label={`Test image ${index}, a ${cell.label}, read as ${cell.said} with ${sure}`}
        aria-pressed={chosen.kind === "test" && chosen.index === index}
        onClick={() => actions.choose({ kind: "test", index, label: cell.label })}
      >
        <canvas ref={canvas} width={28} height={28} />
      </button>
      <span aria-hidden="true">{sure}</span>
    </li>
  );
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
        {list.map(({ label, said, images }) => (
          <li key={`${label} ${said}`}>
            <button type="button" class="quiet small" onClick={() => onOpen({ label, said })}>
              <b>{label}</b> read as <b>{said}</b>
              <span>{counted(images, "image")}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
