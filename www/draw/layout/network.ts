// The layout of a network, as a pure function of its description: the only place that decides where things are drawn.
//
// On a wide screen the volumes stand side by side and the data flows to the right, as in LeCun's figure; on a phone they
// are below one another. Smaller maps are drawn smaller, but less so than in proportion, because maps of 5×5 units would
// be illegible. A unit is a whole number of device pixels, so that all units of a map look alike.
import type { Description } from "../../engine/pkg/lenet";
import type { Unit } from "../../state";
import { layoutDown } from "./down";
import { unitAt } from "./grid";
import { layoutRight } from "./right";
import type { Layout, Room } from "./volumes";

/** The minimum width for volumes side by side. They are below one another, too, if they do not fit. */
const NARROW = 640;

export function layout(network: Description, room: Room): Layout {
  if (room.width >= NARROW) {
    const beside = layoutRight(network, room);
    if (beside.width <= room.width) return beside;
  }
  return layoutDown(network, room);
}

/** The unit under a point, in any volume. */
export function unitUnder({ volumes }: Layout, x: number, y: number): Unit | null {
  for (const { layer, grid } of volumes) {
    const place = unitAt(grid, x, y);
    if (place) return { layer, ...place };
  }
  return null;
}
