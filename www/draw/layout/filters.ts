// The layout of a convolution layer's filters. A layer with one input map has a filter for each output map, and they form
// a list. A layer with several has a filter for each pair of maps; they form a table, whose longer side follows the longer
// side of the room.
import {
  type Box,
  fitColumns,
  fitInBox,
  type Grid,
  gridHeight,
  gridWidth,
  type Place,
  planeRect,
  type Rect,
} from "./grid";

export interface FilterShape {
  filters: number;
  channels: number;
  size: number;
}

export interface FilterLayout {
  shape: FilterShape;
  /** The order of the filters. */
  order: readonly number[];
  grid: Grid;
  /** "list" for one input map; otherwise what the rows of the table are. */
  rows: "list" | "filters" | "channels";
  width: number;
  height: number;
  /** Whether there is room for what the rows and columns are. */
  headings: boolean;
  /** The numbers of the maps along the top and the left. */
  labels: { text: string; x: number; y: number; align: "center" | "right" }[];
}

/** The room above and to the left of a table, for numbers alone, and for numbers and headings. */
const NUMBERS = { top: 17, left: 22 };
const HEADINGS = { top: 34, left: 42 };
/** The minimum distance of two numbers. */
const APART = 20;

/** `headings`: whether there is room for what the rows and the columns are. */
export function filterLayout(shape: FilterShape, room: Box, order = inOrder(shape), headings = true): FilterLayout {
  const { filters, channels, size } = shape;
  const planes = { count: filters * channels, unitsWide: size, unitsHigh: size };
  const one = channels === 1;
  const { top, left } = one ? { top: 0, left: 0 } : headings ? HEADINGS : NUMBERS;
  const box = { ...room, width: room.width - left - 2, height: room.height - top - 2 };
  if (one) {
    const grid = { ...fitInBox(planes, box), x: 1, y: 1 };
    const [width, height] = [gridWidth(grid) + 2, gridHeight(grid) + 2];
    return { shape, order, grid, rows: "list", width, height, headings: false, labels: [] };
  }
  const upright = fitColumns(planes, channels, box);
  const across = fitColumns(planes, filters, box);
  const lies = better(across, upright, box);
  const grid = { ...(lies ? across : upright), x: left + 1, y: top + 1 };
  return {
    ...{ shape, order, grid, headings, rows: lies ? "channels" : "filters" },
    ...{ width: grid.x + gridWidth(grid) + 1, height: grid.y + gridHeight(grid) + 1 },
    labels: numbers(grid, lies ? { across: order } : { down: order }),
  };
}

/** The filter and the input map that a place shows. */
export function filterAt({ rows, grid, order }: FilterLayout, place: number): { filter: number; channel: number } {
  const filter = (at: number): number => order[at] ?? at;
  if (rows === "list") return { filter: filter(place), channel: 0 };
  const [row, column] = [Math.floor(place / grid.columns), place % grid.columns];
  return rows === "filters" ? { filter: filter(row), channel: column } : { filter: filter(column), channel: row };
}

function inOrder({ filters }: FilterShape): number[] {
  return [...Array(filters).keys()];
}

/** The filters of a tensor [filters, channels, size, size] in order of their sums of squares, the largest first. */
export function byStrength({ filters }: FilterShape, values: Float32Array): number[] {
  const each = values.length / filters;
  const strength = inOrder({ filters, channels: 0, size: 0 }).map((filter) =>
    values.subarray(filter * each, (filter + 1) * each).reduce((sum, value) => sum + value * value, 0),
  );
  return [...strength.keys()].sort((a, b) => (strength[b] ?? 0) - (strength[a] ?? 0));
}

/** The index of a place's plane in the tensor [filters, channels, size, size]. */
export function planeIn(layout: FilterLayout, place: number): number {
  const { filter, channel } = filterAt(layout, place);
  return filter * layout.shape.channels + channel;
}

/** The rectangle around everything that computes one feature map. */
export function filterRect({ rows, grid, shape, order }: FilterLayout, which: number): Rect {
  const filter = order.indexOf(which);
  if (rows === "list") return planeRect(grid, filter);
  const places =
    rows === "filters"
      ? [filter * shape.channels, (filter + 1) * shape.channels - 1]
      : [filter, grid.count - shape.filters + filter];
  const [from, to] = places.map((place) => planeRect(grid, place)) as [Rect, Rect];
  return { x: from.x, y: from.y, width: to.x + to.width - from.x, height: to.y + to.height - from.y };
}

/** The index of one weight in the tensor. */
export function weightIndex(layout: FilterLayout, { channel: place, y, x }: Place): number {
  const { size } = layout.shape;
  return (planeIn(layout, place) * size + y) * size + x;
}

/** Whether `a` uses the room better than `b`: it fits and has larger cells. */
function better(a: Grid, b: Grid, box: Box): boolean {
  const fits = (grid: Grid): boolean => gridWidth(grid) <= box.width;
  if (fits(a) !== fits(b)) return fits(a);
  return a.cellWidth > b.cellWidth;
}

/** The maps whose numbers are written: all that have room if the filters are sorted, otherwise round numbers. */
function numbers(grid: Grid, order: { across?: readonly number[]; down?: readonly number[] }): FilterLayout["labels"] {
  const step = planeRect(grid, grid.columns).y - planeRect(grid, 0).y;
  const every = [1, 2, 5, 10, 20].find((n) => n * step >= APART) ?? 20;
  const wanted = (i: number): boolean => i === 0 || (i + 1) % every === 0;
  const labels: FilterLayout["labels"] = [];
  for (let column = 0; column < grid.columns; column++) {
    const { x, width } = planeRect(grid, column);
    const text = String((order.across?.[column] ?? column) + 1);
    if (wanted(column)) labels.push({ text, x: x + width / 2, y: grid.y - 7, align: "center" });
  }
  for (let row = 0; row < grid.rows; row++) {
    const { y, height } = planeRect(grid, row * grid.columns);
    const text = String((order.down?.[row] ?? row) + 1);
    if (wanted(row)) labels.push({ text, x: grid.x - 7, y: y + height / 2 + 4, align: "right" });
  }
  return labels;
}
