// Pictures are painted over several frames.
import { expect, test } from "vitest";
import { enough, Queue } from "../../www/draw/queue";

/** A queue with frames that are counted, and what is painted in each of them. */
function queueOf(enough?: number) {
  const frames: (() => void)[] = [];
  const queue = new Queue((frame) => frames.push(frame), enough);
  const painted: string[] = [];
  const picture = (name: string, pixels: number) => () => {
    painted.push(name);
    return pixels;
  };
  /** Lets the next frame happen and returns what it has painted. */
  const frame = () => {
    expect(frames).toHaveLength(1);
    frames.pop()?.();
    return painted.splice(0);
  };
  return { queue, picture, frame, requested: () => frames.length };
}

test("a frame paints until it has enough, and the next goes on where it ended", () => {
  const { queue, picture, frame, requested } = queueOf();
  const [large, small, other] = [picture("large", 800_000), picture("small", 1000), picture("other", 1000)];
  for (const paint of [large, small, other]) queue.add(paint);
  expect(frame()).toEqual(["large"]);
  // It changes again before the others had their turn: they come first.
  queue.add(large);
  expect(frame()).toEqual(["small", "other", "large"]);
  expect(requested()).toBe(0);
});

test("a picture is painted once, however often it has changed", () => {
  const { queue, picture, frame, requested } = queueOf();
  const paint = picture("it", 1000);
  queue.add(paint);
  queue.add(paint);
  expect(frame()).toEqual(["it"]);
  expect(requested()).toBe(0);
});

test("what a picture asks for while it is painted waits for the next frame", () => {
  const { queue, picture, frame } = queueOf();
  const second = picture("second", 1000);
  queue.add(() => {
    queue.add(second);
    return 0;
  });
  expect(frame()).toEqual([]);
  expect(frame()).toEqual(["second"]);
});

test("a picture that is gone is not painted", () => {
  const { queue, picture, frame } = queueOf();
  const paint = picture("it", 1000);
  queue.add(paint);
  queue.delete(paint);
  expect(frame()).toEqual([]);
});

test("without a GPU a frame paints everything", () => {
  const { queue, picture, frame, requested } = queueOf(enough(true));
  for (const name of ["one", "two", "three"]) queue.add(picture(name, 800_000));
  expect(frame()).toEqual(["one", "two", "three"]);
  expect(requested()).toBe(0);
});
