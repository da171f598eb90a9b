// The layout for narrow screens: the layers are bands below one another, as wide as the screen, and the page scrolls.
import type { Description } from "../../engine/pkg/lenet";
import { fitColumns, type Grid, gridHeight, gridWidth, type Planes } from "./grid";
import { type Layout, largestCell, POOLED, planesOf, type Room, snap, type Volume, volumesOf, wish } from "./volumes";

/** The height of a band's name, and of the space below a band for the lines to the next. */
const TITLE = 24;
const AIR = 22;
const OUTPUT_HEIGHT = 104;
const LEGEND_WIDTH = 136;
/** The side of a plane of 28×28 units, by which the others are measured, and how much they may shrink before they wrap. */
const WISHED = 84;
const LEAST = 0.6;

export function layoutDown(network: Description, room: Room): Layout {
  const volumes: Volume[] = [];
  let y = 0;
  for (const volume of volumesOf(network)) {
    const planes = planesOf(network, volume.layer);
    const leader = volume.kind === "pool" ? volumes.at(-1)?.grid : undefined;
    const grid = volume.kind === "output" ? bars(planes, room) : band(volume.kind, planes, room, leader);
    volumes.push({
      ...volume,
      grid: { ...grid, x: snap((room.width - gridWidth(grid)) / 2, room), y: snap(y + TITLE, room) },
      title: { x: 0, y },
      legend: { x: room.width - LEGEND_WIDTH, y: y + 7, width: LEGEND_WIDTH, height: 5 },
    });
    y += TITLE + gridHeight(grid) + AIR;
  }
  return { flow: "down", width: room.width, height: Math.ceil(y - AIR + 2), volumes };
}

/** The fewest rows with planes of about the wished size. A pooling layer has the columns of the layer that it pools. */
function band(kind: Volume["kind"], planes: Planes, room: Room, leader: Grid | undefined): Grid {
  const side = Math.max(planes.unitsWide, planes.unitsHigh);
  const wished = WISHED * wish(kind, side, planes.count);
  const pooled = leader ? POOLED * leader.cellWidth * Math.max(leader.unitsWide, leader.unitsHigh) : wished;
  const largest = Math.min(largestCell(side, planes.count), Math.min(wished, pooled) / side);
  const box = { width: room.width - 2, height: Number.POSITIVE_INFINITY, largest, step: 1 / room.ratio };
  if (leader) return fitColumns(planes, leader.columns, box);
  for (let rows = 1; ; rows++) {
    const columns = Math.ceil(planes.count / rows);
    const grid = fitColumns(planes, columns, box);
    if (columns === 1 || (grid.cellWidth * side >= LEAST * wished && gridWidth(grid) <= room.width)) return grid;
  }
}

/** The output has a column for each class. */
function bars(planes: Planes, room: Room): Grid {
  return {
    ...planes,
    ...{ x: 0, y: 0, columns: planes.count, rows: 1 },
    ...{ cellWidth: Math.floor(room.width / planes.count), cellHeight: OUTPUT_HEIGHT, gap: 0 },
  };
}
