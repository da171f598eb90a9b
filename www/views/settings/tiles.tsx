// Small images in rows of eight.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { drawTiles } from "../../draw/pixels";
import { imageSize } from "../../state";
import "./tiles.css";

const COLUMNS = 8;
/** How many images are asked for and shown at a time. */
export const SHOWN = 16;

export function Tiles({ images, name }: { images: Uint8Array[]; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && images.length > 0)
      drawTiles(canvas.current, images, imageSize.peek().width, COLUMNS);
  }, [images]);
  const few = images.length < COLUMNS ? "five" : "";
  return <canvas ref={canvas} class={`tiles ${few}`} role="img" aria-label={name} width={238} height={58} />;
}

/** A button that shows the next images; `first` is the number of the first that is shown. */
export function Others({ first, children }: { first: Signal<number>; children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="small"
      onClick={() => {
        first.value += SHOWN;
      }}
    >
      {children}
    </button>
  );
}
