// What every peer does: mini-batches of MNIST from the first 40, over and over, SGD with momentum 0.9 at a rate of 0.05.

/** Mini-batches there are. */
export const BATCHES = 40;

/** Pixels 0..255 of the first `count` training images, and their labels. */
export async function images(count) {
  const bytes = async (name) => new Uint8Array(await (await fetch(`/data/${name}`)).arrayBuffer());
  const [pixels, labels] = await Promise.all([bytes("train-images-idx3-ubyte"), bytes("train-labels-idx1-ubyte")]);
  return { pixels: pixels.slice(16, 16 + 784 * count), labels: labels.slice(8, 8 + count) };
}

/** Images a second over `steps` mini-batches of `step(i)`, after `warm` others. */
export async function speed({ warm, steps, batch }, step, done = async () => {}) {
  for (let i = 0; i < warm; i++) await step(i);
  await done();
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step(warm + i);
  await done();
  return (steps * batch * 1000) / (performance.now() - start);
}
