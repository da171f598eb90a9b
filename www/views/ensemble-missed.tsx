// The test images that every member of an ensemble gets wrong, and what each said.
import { useEffect, useRef, useState } from "preact/hooks";
import { drawPixels } from "../draw/pixels";
import type { EnsembleResult } from "../engine/protocol";
import { actions, state } from "../state";
import { counted } from "../words";

/** So many at first, and more each time one asks. */
const SHOWN = 40;

export function Missed({ result }: { result: EnsembleResult }) {
  const [shown, show] = useState(SHOWN);
  const { allWrong, seeds } = result;
  useEffect(() => show(SHOWN), [result]);
  const some = allWrong.slice(0, shown);
  const images = useImages(some.map(({ image }) => image));
  const who =
    seeds.length > 2 ? `all ${seeds.length} get wrong` : seeds.length === 2 ? "both get wrong" : "it gets wrong";
  return (
    <section class="ensemble-missed" aria-label="Images that all members get wrong">
      <h3>
        {allWrong.length === 0 ? "No image" : counted(allWrong.length, "image")} {who}
      </h3>
      <ul>
        {some.map(({ image, label, said }) => (
          <li key={image}>
            <Thumbnail image={image} label={label} said={said} pixels={images?.get(image)} />
            <span>
              a {label}, read <b>{summary(said)}</b>
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

/** The pixels of these test images, once they are here. */
function useImages(indices: number[]): Map<number, Uint8Array> | null {
  const [images, set] = useState<Map<number, Uint8Array> | null>(null);
  const key = indices.join(" ");
  useEffect(() => {
    let gone = false;
    actions.testImages(indices).then(
      (found) => {
        if (!gone) set(new Map(found.map(({ pixels }, i) => [indices[i] ?? -1, pixels])));
      },
      () => {}, // the engine has failed: the status line says so
    );
    return () => {
      gone = true;
    };
  }, [key]);
  return images;
}

interface ThumbnailProps {
  image: number;
  label: number;
  said: number[];
  pixels: Uint8Array | undefined;
}

function Thumbnail({ image, label, said, pixels }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && pixels !== undefined) drawPixels(canvas.current, pixels, 28);
  }, [pixels]);
  const chosen = state.chosen.value;
  return (
    <button
      type="button"
      class="ensemble-image"
      title={`Test image ${image}: the members said ${said.join(", ")}`}
      aria-label={`Test image ${image}, a ${label}, read as ${said.join(", ")}`}
      aria-pressed={chosen.kind === "test" && chosen.index === image}
      onClick={() => actions.choose({ kind: "test", index: image, label })}
    >
      <canvas ref={canvas} width={28} height={28} />
    </button>
  );
}

/** [7, 7, 9] → "7, 9": what was said, the most frequent first. */
function summary(said: number[]): string {
  const votes = (digit: number) => said.filter((each) => each === digit).length;
  return [...new Set(said)].sort((a, b) => votes(b) - votes(a)).join(", ");
}
