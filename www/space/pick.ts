// The unit under a point of the picture: the nearest plane that a ray meets.
import type { Unit } from "../state";
import { type Block, heightOf, unitOfPlane } from "./blocks";
import type { Vector } from "./vector";

export function pick(blocks: Block[], [eye, way]: readonly [Vector, Vector]): Unit | null {
  let found: Unit | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    for (let plane = 0; plane < block.planes; plane++) {
      const along = (block.x + plane * block.spacing - eye[0]) / way[0];
      if (!(along > 0 && along < nearest)) continue;
      const up = eye[1] + along * way[1] - heightOf(block, plane);
      const row = Math.floor(block.rows / 2 - up / block.unit);
      const column = Math.floor((eye[2] + along * way[2]) / block.unit + block.columns / 2);
      if (row < 0 || column < 0 || row >= block.rows || column >= block.columns) continue;
      const unit = unitOfPlane(block, plane, row, column);
      if (unit) [found, nearest] = [unit, along];
    }
  }
  return found;
}
