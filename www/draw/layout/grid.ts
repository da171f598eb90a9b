// The layout of one layer's feature maps: a grid of planes, each of height × width units. The planes of a dense layer are
// single units. Lengths are CSS pixels; everything here is pure.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The number of planes, and the number of units along a plane's sides. */
export interface Planes {
  count: number;
  unitsWide: number;
  unitsHigh: number;
}

export interface Grid extends Planes {
  x: number;
  y: number;
  columns: number;
  /** The last row may not be full. */
  rows: number;
  /** The sides of one unit. */
  cellWidth: number;
  cellHeight: number;
  /** The gap between planes. */
  gap: number;
}

/** The room for a grid, and the sizes that its cells may have: whole multiples of `step` up to `largest`. */
export interface Box {
  width: number;
  height: number;
  largest: number;
  step: number;
  leastGap?: number;
}

/** The place of a unit in its layer. */
export interface Place {
  channel: number;
  y: number;
  x: number;
}

const stepX = (grid: Grid): number => grid.unitsWide * grid.cellWidth + grid.gap;
const stepY = (grid: Grid): number => grid.unitsHigh * grid.cellHeight + grid.gap;

export const gridWidth = (grid: Grid): number => grid.columns * stepX(grid) - grid.gap;
export const gridHeight = (grid: Grid): number => grid.rows * stepY(grid) - grid.gap;

export function gridRect(grid: Grid): Rect {
  return { x: grid.x, y: grid.y, width: gridWidth(grid), height: gridHeight(grid) };
}

export function planeRect(grid: Grid, channel: number): Rect {
  return {
    x: grid.x + (channel % grid.columns) * stepX(grid),
    y: grid.y + Math.floor(channel / grid.columns) * stepY(grid),
    width: grid.unitsWide * grid.cellWidth,
    height: grid.unitsHigh * grid.cellHeight,
  };
}

/** The rectangle of a plane's units from (top, left) to (bottom, right), exclusive. */
export function windowRect(
  grid: Grid,
  channel: number,
  window: { top: number; left: number; bottom: number; right: number },
): Rect {
  const plane = planeRect(grid, channel);
  return {
    x: plane.x + window.left * grid.cellWidth,
    y: plane.y + window.top * grid.cellHeight,
    width: (window.right - window.left) * grid.cellWidth,
    height: (window.bottom - window.top) * grid.cellHeight,
  };
}

export function unitRect(grid: Grid, { channel, y, x }: Place): Rect {
  return windowRect(grid, channel, { top: y, left: x, bottom: y + 1, right: x + 1 });
}

/** The unit under a point. A gap belongs to the plane before it, so that pointing need not be exact. */
export function unitAt(grid: Grid, px: number, py: number): Place | null {
  const [dx, dy] = [px - grid.x, py - grid.y];
  if (dx < 0 || dy < 0 || dx >= gridWidth(grid) || dy >= gridHeight(grid)) return null;
  const [column, row] = [Math.floor(dx / stepX(grid)), Math.floor(dy / stepY(grid))];
  const channel = row * grid.columns + column;
  if (channel >= grid.count) return null;
  const x = Math.min(grid.unitsWide - 1, Math.floor((dx - column * stepX(grid)) / grid.cellWidth));
  const y = Math.min(grid.unitsHigh - 1, Math.floor((dy - row * stepY(grid)) / grid.cellHeight));
  return { channel, y, x };
}

/** The unit next to another. Beyond a plane's edge is the next plane, and beyond the last plane the unit stays. */
export function stepFrom(grid: Grid, place: Place, right: number, down: number): Place {
  const column = place.channel % grid.columns;
  const row = Math.floor(place.channel / grid.columns);
  const gx = column * grid.unitsWide + place.x + right;
  const gy = row * grid.unitsHigh + place.y + down;
  if (gx < 0 || gy < 0 || gx >= grid.columns * grid.unitsWide || gy >= grid.rows * grid.unitsHigh) return place;
  const channel = Math.floor(gy / grid.unitsHigh) * grid.columns + Math.floor(gx / grid.unitsWide);
  if (channel >= grid.count) return place;
  return { channel, y: gy % grid.unitsHigh, x: gx % grid.unitsWide };
}

/** The gap for planes of a size: wide between maps, narrow between cells, and none between tiny cells. */
export function gapFor(planeSide: number): number {
  if (planeSide >= 40) return 4;
  if (planeSide >= 12) return 2;
  return planeSide >= 4 ? 1 : 0;
}

/** A grid with this many columns, at the origin. */
export function makeGrid(planes: Planes, cell: number, columns: number, leastGap = 0): Grid {
  return {
    ...planes,
    ...{ x: 0, y: 0, columns, rows: Math.ceil(planes.count / columns) },
    ...{ cellWidth: cell, cellHeight: cell, gap: Math.max(leastGap, gapFor(planes.unitsHigh * cell)) },
  };
}

/** A grid with the fewest columns that fit into `height` with this cell size. */
export function stackInHeight(planes: Planes, cell: number, height: number): Grid {
  const high = planes.unitsHigh * cell;
  const most = Math.max(1, Math.floor((height + gapFor(high)) / (high + gapFor(high))));
  return makeGrid(planes, cell, fuller(planes.count, Math.ceil(planes.count / most)));
}

/** A grid of this many columns with the largest cells that fit, in whole steps, or with the smallest if none fit. */
export function fitColumns(planes: Planes, columns: number, box: Box): Grid {
  const rows = Math.ceil(planes.count / columns);
  const across = Math.min(box.width / (columns * planes.unitsWide), box.height / (rows * planes.unitsHigh));
  let steps = Math.max(1, Math.floor(Math.min(across, box.largest) / box.step));
  let grid = makeGrid(planes, steps * box.step, columns, box.leastGap);
  while (steps > 1 && (gridWidth(grid) > box.width || gridHeight(grid) > box.height)) {
    steps -= 1;
    grid = makeGrid(planes, steps * box.step, columns, box.leastGap);
  }
  return grid;
}

/** The grid with the largest cells that fit, as low as possible. If even the smallest do not fit, it is too high. */
export function fitInBox(planes: Planes, box: Box): Grid {
  let best = fitColumns(planes, 1, box);
  for (let columns = 2; columns <= planes.count; columns++) {
    const grid = fitColumns(planes, columns, box);
    if (gridWidth(grid) > box.width) break;
    const fits = gridHeight(grid) <= box.height;
    if (!fits || gridHeight(best) > box.height || grid.cellWidth >= best.cellWidth) best = grid;
  }
  return best;
}

/** Adds a column if the last row would leave more than a twentieth of the grid empty. */
function fuller(count: number, columns: number): number {
  const missing = (c: number): number => c * Math.ceil(count / c) - count;
  return missing(columns) > count / 20 && missing(columns + 1) < missing(columns) ? columns + 1 : columns;
}
