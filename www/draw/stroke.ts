// Draws strokes as smooth ink on a canvas.

/** Points [x, y] or [x, y, pressure 0..1] in units of the pad's side. */
export type Stroke = number[][];

/** The pen's width as a share of the pad's side. The engine draws the same width into its 28×28, as MNIST's lines have it. */
export const PEN = 2.4 / 28;

/** Fills a square of `side` pixels with black and the strokes in white, like the network's images. */
export function drawStrokes(context: CanvasRenderingContext2D, strokes: Stroke[], side: number): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, side, side);
  context.strokeStyle = "#fff";
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) drawStroke(context, stroke, side, PEN);
}

/**
 * Draws quadratic curves from mid-point to mid-point with the point between them as control point. The line is smooth,
 * and the part already drawn does not move when a point is added. `pen` is the width as a share of `side`.
 */
export function drawStroke(context: CanvasRenderingContext2D, stroke: Stroke, side: number, pen: number): void {
  let from = stroke[0];
  for (const [i, point] of stroke.entries()) {
    const after = stroke[i + 1];
    const to = after === undefined ? point : middle(point, after);
    context.lineWidth = side * penWidth(pen, point[2]);
    context.beginPath();
    context.moveTo(at(from, 0) * side, at(from, 1) * side);
    context.quadraticCurveTo(at(point, 0) * side, at(point, 1) * side, at(to, 0) * side, at(to, 1) * side);
    context.stroke();
    from = to;
  }
}

/** A pen that reports its pressure draws 0.6 to 1.4 times the usual width. */
function penWidth(pen: number, pressure: number | undefined): number {
  return pressure === undefined ? pen : pen * (0.6 + 0.8 * pressure);
}

function middle(a: number[], b: number[]): number[] {
  return [(at(a, 0) + at(b, 0)) / 2, (at(a, 1) + at(b, 1)) / 2];
}

function at(point: number[] | undefined, axis: 0 | 1): number {
  return point?.[axis] ?? 0;
}
