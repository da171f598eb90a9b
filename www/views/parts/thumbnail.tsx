// Small test images. Each is a button that chooses the image for all views.
import { useEffect, useRef, useState } from "preact/hooks";
import { drawPixels } from "../../draw/pixels";
import { actions, imageSize, state } from "../../state";
import "./thumbnail.css";

/** The pixels of these test images, as far as they have arrived. Earlier ones stay. */
export function useTestImages(indices: number[]): Map<number, Uint8Array> {
  const [images, set] = useState<Map<number, Uint8Array>>(new Map());
  useEffect(() => {
    const missing = indices.filter((index) => !images.has(index));
    if (missing.length === 0) return;
    let gone = false;
    actions.testImages(missing).then(
      (found) => {
        const got = found.map(({ pixels }, i) => [missing[i] as number, pixels] as const);
        if (!gone) set((had) => new Map([...had, ...got]));
      },
      () => {}, // the engine has failed, and the status line says so
    );
    return () => {
      gone = true;
    };
  }, [indices.join(" ")]);
  return images;
}

interface Props {
  index: number;
  label: number;
  pixels: Uint8Array | undefined;
  /** Follows "Test image 7" in the tooltip. */
  title?: string;
  /** Follows "Test image 7, a 3, " in the accessible name. */
  words: string;
}

export function Thumbnail({ index, label, pixels, title = "", words }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && pixels !== undefined) drawPixels(canvas.current, pixels, imageSize.peek().width);
  }, [pixels]);
  const chosen = state.chosen.value;
  return (
    <button
      type="button"
      class="thumbnail"
      data-index={index}
      title={`Test image ${index}${title}`}
      aria-label={`Test image ${index}, a ${label}, ${words}`}
      aria-pressed={chosen.kind === "test" && chosen.index === index}
      onClick={() => actions.choose({ kind: "test", index, label })}
    >
      <canvas ref={canvas} width={imageSize.value.width} height={imageSize.value.height} />
    </button>
  );
}
