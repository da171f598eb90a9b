// An image of grey values on a canvas of just as many pixels; CSS makes it larger, unblurred.

/** Values 0..1 or bytes; 0 is black. */
export function drawPixels(canvas: HTMLCanvasElement, values: ArrayLike<number>, side: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const scale = values instanceof Uint8Array ? 1 : 255;
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const grey = (values[i] ?? 0) * scale;
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
