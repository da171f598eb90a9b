// The test images that every member of an ensemble predicts wrongly, with the predictions.
import { useEffect, useState } from "preact/hooks";
import type { EnsembleResult } from "../../engine/pkg/lenet";
import { counted } from "../../model/words";
import { Thumbnail, useTestImages } from "../parts/thumbnail";

/** The number of images at first, and of those that each click adds. */
const SHOWN = 40;

export function Missed({ result }: { result: EnsembleResult }) {
  const [shown, show] = useState(SHOWN);
  const { allWrong, seeds } = result;
  useEffect(() => show(SHOWN), [result]);
  const some = allWrong.slice(0, shown);
  const images = useTestImages(some.map(({ image }) => image));
  const who =
    seeds.length > 2 ? `all ${seeds.length} get wrong` : seeds.length === 2 ? "both get wrong" : "it gets wrong";
  return (
    <section class="ensemble-missed" aria-label="Images that all members get wrong">
      <h3>
        {allWrong.length === 0 ? "No image" : counted(allWrong.length, "image")} {who}
      </h3>
      <ul>
        {some.map(({ image, label, predicted }) => (
          <li key={image}>
            <Thumbnail
              index={image}
              label={label}
              pixels={images.get(image)}
              title={`: the members predicted ${predicted.join(", ")}`}
              words={`predicted as ${predicted.join(", ")}`}
            />
            <span>
              a {label}, predicted <b>{summary(predicted)}</b>
            </span>
          </li>
        ))}
      </ul>
      {allWrong.length > shown && (
        <button type="button" class="small" onClick={() => show(shown + SHOWN)}>
          Show {Math.min(SHOWN, allWrong.length - shown)} more
        </button>
      )}
    </section>
  );
}

/** [7, 7, 9] → "7, 9": the different predictions, the most frequent first. */
function summary(predicted: number[]): string {
  const votes = (digit: number) => predicted.filter((each) => each === digit).length;
  return [...new Set(predicted)].sort((a, b) => votes(b) - votes(a)).join(", ");
}
