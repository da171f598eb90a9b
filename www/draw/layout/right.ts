// The layout for wide screens: the volumes side by side, within the height of the room.
import type { Description } from "../../engine/pkg/lenet";
import { type Grid, gridHeight, gridWidth, makeGrid, type Planes, stackInHeight } from "./grid";
import {
  type Layout,
  largestCell,
  POOLED,
  planesOf,
  type Room,
  snap,
  type Unplaced,
  type Volume,
  volumesOf,
  wish,
} from "./volumes";

/** The heights of the text above the volumes, and of the text and scales below them. */
const HEADER = 44;
const FOOTER = 48;
const MARGIN = 1;
const LEAST_GAP = 20;
const MAX_GAP = 150;
/** A generous width for a character of a label: a pure layout cannot measure a font. */
const CHARACTER = 6.4;
const NARROWEST = 48;
/** The width of the output's bars, which take spare room up to `OUTPUT_WIDEST` before the gaps do. */
const OUTPUT_WIDTH = 112;
const OUTPUT_WIDEST = 190;
const OUTPUT_ROW = 30;
/** The share of the height for a strip of cells: one as high as the room would outweigh the maps. */
const DENSE_HEIGHT = 0.86;

export function layoutRight(network: Description, room: Room): Layout {
  const body = room.height - HEADER - FOOTER;
  const columns: Column[] = [];
  for (const volume of volumesOf(network)) {
    const leader = volume.kind === "pool" ? columns.at(-1) : undefined;
    columns.push(new Column(volume, planesOf(network, volume.layer), { body, ratio: room.ratio, leader }));
  }
  share(columns, room.width - 2 * MARGIN);
  return place(columns, room, body);
}

/** A volume while the room is being divided. */
class Column {
  cell: number;
  outputWidth = OUTPUT_WIDTH;
  readonly smallest: number;
  readonly step: number;

  constructor(
    readonly volume: Unplaced,
    private readonly planes: Planes,
    /** The maps of a pooling layer have the arrangement of its `leader`, the layer before it. */
    private readonly among: { body: number; ratio: number; leader: Column | undefined },
  ) {
    // In a map with many units, every second unit may be a device pixel larger, because a whole step would be a lot.
    this.step = (this.side >= 12 ? 0.5 : 1) / among.ratio;
    this.smallest = Math.max(1, Math.round(among.ratio)) / among.ratio;
    this.cell = this.smallest;
  }

  private get side(): number {
    return Math.max(this.planes.unitsHigh, this.planes.unitsWide);
  }

  /** Layers of the same kind and shape have the same size. */
  get likeness(): string {
    return `${this.volume.kind} ${this.volume.size}`;
  }

  /** The ratio of its size to its wish. */
  get ease(): number {
    return (this.cell * this.side) / wish(this.volume.kind, this.side, this.planes.count);
  }

  get width(): number {
    const { name, size, how } = this.volume;
    return Math.max(gridWidth(this.grid), Math.max(name.length, size.length, how.length) * CHARACTER, NARROWEST);
  }

  /** Whether its size is allowed. Volumes grow while this holds, so only one with the smallest cells may be too high. */
  get fits(): boolean {
    if (gridHeight(this.grid) > this.among.body) return false;
    return this.cell <= largestCell(this.side, this.planes.count) && !this.outgrows(this.cell);
  }

  /** Whether a pooling layer's maps would be too large beside the maps that it pools. */
  private outgrows(cell: number): boolean {
    const { leader } = this.among;
    return leader !== undefined && leader.side > 1 && cell * this.side > POOLED * leader.cell * leader.side;
  }

  /** The volume to grow at this one's turn: the maps before a pooling layer may have to grow first. */
  next(growing: Set<Column>): Column {
    const { leader } = this.among;
    return leader && growing.has(leader) && this.outgrows(this.cell + this.step) ? leader.next(growing) : this;
  }

  get grid(): Grid {
    const { body, leader } = this.among;
    if (this.volume.kind === "output") return this.rows();
    if (leader) return makeGrid(this.planes, this.cell, leader.grid.columns);
    return stackInHeight(this.planes, this.cell, this.side > 1 ? body : DENSE_HEIGHT * body);
  }

  /** The output has a row for each class. */
  private rows(): Grid {
    const row = Math.max(1, Math.floor(Math.min(OUTPUT_ROW, this.among.body / this.planes.count)));
    return {
      ...this.planes,
      ...{ x: 0, y: 0, columns: 1, rows: this.planes.count },
      ...{ cellWidth: this.outputWidth, cellHeight: row, gap: 0 },
    };
  }
}

/** Lets the volume that is furthest from its wish grow by one step, again and again, until none fits. */
function share(columns: Column[], width: number): void {
  const room = width - (columns.length - 1) * LEAST_GAP;
  const growing = new Set(columns.filter(({ volume }) => volume.kind !== "output"));
  while (growing.size > 0) {
    let least: Column | undefined;
    for (const column of growing) if (!least || column.ease < least.ease) least = column;
    least = least?.next(growing);
    if (!least) return;
    const alike = columns.filter(({ likeness }) => likeness === least.likeness);
    for (const column of alike) column.cell += column.step;
    const used = columns.reduce((sum, column) => sum + column.width, 0);
    if (used <= room && columns.every((column) => column.fits || column.cell <= column.smallest)) continue;
    for (const column of alike) {
      column.cell -= column.step;
      growing.delete(column);
    }
  }
}

/** Puts the columns side by side and distributes the spare room between them. They may be wider than the room. */
function place(columns: Column[], room: Room, body: number): Layout {
  const gaps = Math.max(1, columns.length - 1);
  const usedBy = (): number => columns.reduce((sum, column) => sum + column.width, 0);
  const output = columns.at(-1);
  const spare = room.width - 2 * MARGIN - usedBy() - gaps * (LEAST_GAP + 6);
  if (output) output.outputWidth += Math.floor(Math.max(0, Math.min(OUTPUT_WIDEST - OUTPUT_WIDTH, spare)));
  const used = usedBy();
  const gap = Math.max(LEAST_GAP, Math.min(MAX_GAP, (room.width - 2 * MARGIN - used) / gaps));
  const width = Math.max(room.width, used + gaps * gap + 2 * MARGIN);
  let x = (width - used - gaps * gap) / 2;
  const volumes = columns.map((column) => {
    const middle = x + column.width / 2;
    const legendWidth = Math.min(column.width, 96);
    const volume: Volume = {
      ...column.volume,
      grid: {
        ...column.grid,
        x: snap(middle - gridWidth(column.grid) / 2, room),
        y: snap(HEADER + (body - gridHeight(column.grid)) / 2, room),
      },
      title: { x: middle, y: 0 },
      legend: { x: snap(middle - legendWidth / 2, room), y: HEADER + body + 24, width: legendWidth, height: 5 },
    };
    x += column.width + gap;
    return volume;
  });
  return { flow: "right", width, height: room.height, volumes };
}
