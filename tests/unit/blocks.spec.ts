// The geometry of the network in space: right for any list of layers, and a camera that goes there and back.
import { expect, test } from "vitest";
import { blocksOf, cornersOf, unitQuad } from "../../www/space/blocks";
import { type Camera, framing, projector, rayThrough } from "../../www/space/camera";
import { fedBy, seenBy } from "../../www/space/cones";
import { pick } from "../../www/space/pick";
import type { Vector } from "../../www/space/vector";
import { NETWORKS } from "./networks";

const picture = { width: 1000, height: 400 };
const camera: Camera = { target: [60, 0, 0], distance: 1500, yaw: 0.66, pitch: 0.17 };

const middle = (quad: readonly Vector[]): Vector =>
  [0, 1, 2].map((i) => quad.reduce((sum, point) => sum + (point[i] as number), 0) / quad.length) as unknown as Vector;

for (const [name, network] of Object.entries(NETWORKS)) {
  test(`${name}: blocks stand one after the other, and no two layers meet`, () => {
    const blocks = blocksOf(network);
    expect(blocks.map(({ layer }) => layer)).toEqual([-1, ...network.layers.keys()]);
    for (const [i, block] of blocks.entries()) {
      const next = blocks[i + 1];
      if (next) expect(block.x + (block.planes - 1) * block.spacing).toBeLessThan(next.x);
      expect(block.planes * block.rows * block.columns).toBeGreaterThanOrEqual(block.count);
    }
  });

  test(`${name}: framed, all of it is in the picture`, () => {
    const points = blocksOf(network).flatMap(cornersOf);
    const framed = framing(camera, picture, points, { x: 40, top: 50, bottom: 10 });
    for (const { x, y } of points.map(projector(framed, picture))) {
      expect(x).toBeGreaterThan(35);
      expect(x).toBeLessThan(965);
      expect(y).toBeGreaterThan(45);
      expect(y).toBeLessThan(395);
    }
  });

  test(`${name}: in a very wide picture it is drawn larger if its stacks rise less`, () => {
    const distance = (wide: boolean) =>
      framing(camera, picture, blocksOf(network, wide).flatMap(cornersOf), { x: 40, top: 50, bottom: 10 }).distance;
    expect(distance(true)).toBeLessThan(1.000001 * distance(false)); // the same if the width decides
  });

  test(`${name}: a unit is found where it is drawn`, () => {
    const blocks = blocksOf(network);
    for (const block of blocks) {
      // A unit of the first plane, in front of which its own layer has nothing.
      const [rows, columns] = block.cells ? [1, 1] : [block.rows, block.columns];
      const unit = { layer: block.layer, channel: 0, y: Math.floor(rows / 2), x: Math.floor(columns / 3) };
      const { x, y } = projector(camera, picture)(middle(unitQuad(block, unit)));
      expect(pick([block], rayThrough(camera, picture, x, y))).toEqual(unit);
    }
  });

  test(`${name}: a unit's cones lead to the pixels, and on to the output`, () => {
    const blocks = blocksOf(network);
    const last = network.layers.length - 1;
    const unit = { layer: Math.min(2, last), channel: 0, y: 0, x: 0 };
    expect(seenBy(network, blocks, unit).cones).toHaveLength(unit.layer + 1);
    expect(fedBy(network, blocks, unit).cones).toHaveLength(last - unit.layer);
  });
}
