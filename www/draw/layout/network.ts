// From the description of a network to where everything of it is drawn: a pure function, and the only place that decides.
//
// Where there is width, the volumes stand side by side and the data flows to the right, as in LeCun's figure; on a phone
// they lie under one another and it flows down. Every layer gets its share of the room: maps of smaller layers are drawn
// smaller than maps of larger ones, but less so than they are, or one could not read the 5×5 ones. A unit is a whole
// number of device pixels, so that all units of a map look alike.
import type { Description } from "../../engine/protocol";
import type { Unit } from "../../state";
import { layoutDown } from "./down";
import { unitAt } from "./grid";
import { layoutRight } from "./right";
import type { Layout, Room } from "./volumes";

/** Narrower than this, the volumes lie under one another, and wherever they do not fit side by side. */
const NARROW = 640;

export function layout(network: Description, room: Room): Layout {
  if (room.width >= NARROW) {
    const beside = layoutRight(network, room);
    if (beside.width <= room.width) return beside;
  }
  return layoutDown(network, room);
}

/** The unit under a point, in whatever volume. */
export function unitUnder({ volumes }: Layout, x: number, y: number): Unit | null {
  for (const { layer, grid } of volumes) {
    const place = unitAt(grid, x, y);
    if (place) return { layer, ...place };
  }
  return null;
}
