// A tensor as pixels: one unit is one pixel of a small canvas off the screen, which is drawn enlarged, without smoothing.
// The tensor's order in memory, map after map and row by row, is already that of an image with one map's width.
import type { Scale } from "../colour/colour";
import type { Range } from "../colour/range";
import { type Grid, planeRect } from "../layout/grid";

export class Atlas {
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private readonly image: ImageData;
  private readonly words: Uint32Array;
  /** Whether planes are single units. They are arranged as they are shown, so that one call draws them all. */
  private readonly cells: boolean;

  constructor(private readonly grid: Grid) {
    this.cells = grid.unitsWide === 1 && grid.unitsHigh === 1;
    this.canvas.width = this.cells ? grid.columns : grid.unitsWide;
    this.canvas.height = this.cells ? grid.rows : grid.unitsHigh * grid.count;
    this.context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  /** Colours the values, with one range for all or one for each plane. NaN stays transparent. */
  colour(values: Float32Array, scale: Scale, range: Range | Range[]): void {
    const size = this.grid.unitsWide * this.grid.unitsHigh;
    if (Array.isArray(range)) {
      for (const [i, own] of range.entries()) this.fill(values, scale, own, i * size, (i + 1) * size);
    } else this.fill(values, scale, range, 0, Math.min(values.length, this.words.length));
    this.context.putImageData(this.image, 0, 0);
  }

  private fill(values: Float32Array, scale: Scale, { low, high }: Range, from: number, to: number): void {
    const last = scale.length - 1;
    const factor = high > low ? last / (high - low) : 0;
    // The half rounds, and it puts every value on the scale's zero if the range is empty.
    const shift = (high > low ? -low * factor : low < 0 ? last / 2 : 0) + 0.5;
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      const at = value * factor + shift;
      this.words[i] = Number.isNaN(value) ? 0 : (scale[at <= 0 ? 0 : at >= last ? last : at | 0] as number);
    }
  }

  /**
   * Draws every plane in its place. `source` gives the plane of a place if they are not in the order of memory. The
   * context must not smooth images.
   */
  draw(context: CanvasRenderingContext2D, grid: Grid, source = (place: number): number => place): void {
    const { unitsWide, unitsHigh } = grid;
    if (this.cells) {
      this.drawCells(context, grid);
      return;
    }
    for (let place = 0; place < grid.count; place++) {
      const { x, y, width, height } = planeRect(grid, place);
      context.drawImage(this.canvas, 0, source(place) * unitsHigh, unitsWide, unitsHigh, x, y, width, height);
    }
  }

  /** Draws all cells as one image and then clears the gaps between them. */
  private drawCells(context: CanvasRenderingContext2D, grid: Grid): void {
    const [stepX, stepY] = [grid.cellWidth + grid.gap, grid.cellHeight + grid.gap];
    const [width, height] = [grid.columns * stepX, grid.rows * stepY];
    context.drawImage(this.canvas, 0, 0, grid.columns, grid.rows, grid.x, grid.y, width, height);
    if (grid.gap === 0) return;
    for (let i = 1; i <= grid.columns; i++) context.clearRect(grid.x + i * stepX - grid.gap, grid.y, grid.gap, height);
    for (let i = 1; i <= grid.rows; i++) context.clearRect(grid.x, grid.y + i * stepY - grid.gap, width, grid.gap);
  }
}
