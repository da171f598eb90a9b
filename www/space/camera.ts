// A camera that orbits a point. It projects points in space to points of the picture, and casts rays back.
import { add, cross, dot, subtract, times, type Vector } from "./vector";

export interface Camera {
  target: Vector;
  distance: number;
  /** In radians. At 0 the camera sees the edges of the planes and the data flows to the right; at π/2 it looks along the flow. */
  yaw: number;
  /** In radians; above 0 the camera looks from above. */
  pitch: number;
}

export interface Picture {
  width: number;
  height: number;
}

export interface Projected {
  x: number;
  y: number;
  /** The distance in front of the camera. */
  depth: number;
}

/** Half the vertical angle of view. It is small, so that distant things are not much smaller. */
const TANGENT = Math.tan((5 * Math.PI) / 180);
const [NEAR, FAR] = [5, 12_000];

interface Frame {
  eye: Vector;
  right: Vector;
  up: Vector;
  forward: Vector;
}

function frameOf({ target, distance, yaw, pitch }: Camera): Frame {
  const level = Math.cos(pitch);
  const forward: Vector = [Math.sin(yaw) * level, -Math.sin(pitch), -Math.cos(yaw) * level];
  const right: Vector = [Math.cos(yaw), 0, Math.sin(yaw)];
  return { eye: subtract(target, times(forward, distance)), right, up: cross(right, forward), forward };
}

/** A function that projects many points of one picture. */
export function projector(camera: Camera, { width, height }: Picture): (point: Vector) => Projected {
  const { eye, right, up, forward } = frameOf(camera);
  const focal = height / 2 / TANGENT;
  return (point) => {
    const from = subtract(point, eye);
    const depth = dot(from, forward);
    const size = focal / Math.max(depth, NEAR);
    return { x: width / 2 + dot(from, right) * size, y: height / 2 - dot(from, up) * size, depth };
  };
}

/** The ray through a point of the picture. */
export function rayThrough(
  camera: Camera,
  { width, height }: Picture,
  x: number,
  y: number,
): [eye: Vector, way: Vector] {
  const { eye, right, up, forward } = frameOf(camera);
  const focal = height / 2 / TANGENT;
  const aside = add(times(right, (x - width / 2) / focal), times(up, (height / 2 - y) / focal));
  return [eye, add(forward, aside)];
}

/** The projection of `projector` as a matrix for WebGL, in column-major order. */
export function matrixOf(camera: Camera, { width, height }: Picture): Float32Array {
  const { eye, right, up, forward } = frameOf(camera);
  const [sx, sy] = [height / width / TANGENT, 1 / TANGENT];
  const [a, b] = [(FAR + NEAR) / (FAR - NEAR), (-2 * FAR * NEAR) / (FAR - NEAR)];
  const [tx, ty, tz] = [-dot(right, eye), -dot(up, eye), -dot(forward, eye)];
  const column = (i: 0 | 1 | 2) => [sx * right[i], sy * up[i], a * forward[i], forward[i]];
  return new Float32Array([...column(0), ...column(1), ...column(2), sx * tx, sy * ty, a * tz + b, tz]);
}

/** A camera with the same direction that sees all points, with these margins in pixels. */
export function framing(
  camera: Camera,
  picture: Picture,
  points: Vector[],
  margin: { x: number; top: number; bottom: number },
): Camera {
  const [wide, high] = [picture.width - 2 * margin.x, picture.height - margin.top - margin.bottom];
  let made: Camera = { ...camera, distance: Math.max(camera.distance, 1000) };
  // Target and distance depend on each other through perspective, so they are found in a few iterations.
  for (let round = 0; round < 8; round++) {
    const seen = points.map(projector(made, picture));
    const [left, right] = [Math.min(...seen.map(({ x }) => x)), Math.max(...seen.map(({ x }) => x))];
    const [top, bottom] = [Math.min(...seen.map(({ y }) => y)), Math.max(...seen.map(({ y }) => y))];
    const perUnit = picture.height / 2 / TANGENT / made.distance;
    const frame = frameOf(made);
    const dx = ((left + right) / 2 - picture.width / 2) / perUnit;
    const dy = ((top + bottom) / 2 - (margin.top + high / 2)) / perUnit;
    const target = add(made.target, add(times(frame.right, dx), times(frame.up, -dy)));
    made = { ...made, target, distance: made.distance * Math.max((right - left) / wide, (bottom - top) / high) };
  }
  return made;
}

/** Orbits the target, for a movement of the pointer in pixels. */
export function orbit(camera: Camera, dx: number, dy: number): Camera {
  const pitch = Math.max(-1.45, Math.min(1.45, camera.pitch + dy * 0.007));
  return { ...camera, yaw: camera.yaw + dx * 0.007, pitch };
}

/** Moves the target along with the pointer. */
export function pan(camera: Camera, { height }: Picture, dx: number, dy: number): Camera {
  const { right, up } = frameOf(camera);
  const unit = (camera.distance * TANGENT * 2) / height;
  return { ...camera, target: add(camera.target, add(times(right, -dx * unit), times(up, dy * unit))) };
}

export function zoom(camera: Camera, by: number): Camera {
  return { ...camera, distance: Math.max(60, Math.min(FAR / 2, camera.distance / by)) };
}
