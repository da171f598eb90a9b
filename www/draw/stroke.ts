// A drawing's strokes as smooth ink on a canvas.

/** Points [x, y] or [x, y, pressure 0..1] in units of the pad's side. */
export type Stroke = number[][];

/** The width of the pen as a share of the side of the pad: as the engine draws it into the 28×28, as MNIST has it. */
const PEN = 2.4 / 28;

/** Fills a square of `side` pixels: black, with the strokes in white, as the network's images are. */
export function drawStrokes(context: CanvasRenderingContext2D, strokes: Stroke[], side: number): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, side, side);
  context.strokeStyle = "#fff";
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) drawStroke(context, stroke, side, PEN);
}

/**
 * Quadratic curves from mid-point to mid-point, each bent by the point between them: smooth through any number of
 * points, and the part already drawn does not move when one is added. `pen` is its width as a share of `side`.
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

/** A pen that reports pressure draws from 0.6 to 1.4 of the usual width. */
function penWidth(pen: number, pressure: number | undefined): number {
  return pressure === undefined ? pen : pen * (0.6 + 0.8 * pressure);
}

function middle(a: number[], b: number[]): number[] {
  return [(at(a, 0) + at(b, 0)) / 2, (at(a, 1) + at(b, 1)) / 2];
}

function at(point: number[] | undefined, axis: 0 | 1): number {
  return point?.[axis] ?? 0;
}
