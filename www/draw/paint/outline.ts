// What goes around the maps of a grid.

import type { Ink } from "../ink";
import { type Grid, planeRect } from "../layout/grid";

/** A hair-line around every map: one that is all zero, on its own ground, must still be seen. Specks have none. */
export function outline(context: CanvasRenderingContext2D, grid: Grid, ink: Ink): void {
  if (grid.unitsHigh * grid.cellHeight < 6 || grid.gap < 1) return;
  context.strokeStyle = ink.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let channel = 0; channel < grid.count; channel++) {
    const { x, y, width, height } = planeRect(grid, channel);
    context.rect(x - 0.5, y - 0.5, width + 1, height + 1);
  }
  context.stroke();
}
