// The outlines of a grid's maps.

import type { Ink } from "../ink";
import { type Grid, planeRect } from "../layout/grid";

/** Draws a hair-line around every map, so that a map of zeros is visible on its background. Tiny cells have none. */
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
