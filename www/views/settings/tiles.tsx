// Small images in rows of eight.
import { useEffect, useRef } from "preact/hooks";
import { drawTiles } from "../../draw/pixels";
import { imageSize } from "../../state";
import "./tiles.css";

const COLUMNS = 8;

export function Tiles({ images, name }: { images: Uint8Array[]; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && images.length > 0)
      drawTiles(canvas.current, images, imageSize.peek().width, COLUMNS);
  }, [images]);
  const few = images.length < COLUMNS ? "five" : "";
  return <canvas ref={canvas} class={`tiles ${few}`} role="img" aria-label={name} width={238} height={58} />;
}
