// The work of every trainer: SGD with momentum 0.9 and a learning rate of 0.05 over the first 40 mini-batches of MNIST,
// again and again.

/** The number of different mini-batches. */
export const BATCHES = 40;

/** The pixels, 0..255, of the first `count` training images, and their labels. */
export async function images(count) {
  const bytes = async (name) => new Uint8Array(await (await fetch(`/data/${name}`)).arrayBuffer());
  const [pixels, labels] = await Promise.all([bytes("train-images-idx3-ubyte"), bytes("train-labels-idx1-ubyte")]);
  return { pixels: pixels.slice(16, 16 + 784 * count), labels: labels.slice(8, 8 + count) };
}

/** Images per second over `steps` calls of `step(i)`, after `warm` unmeasured calls. `done` waits for the last. */
export async function speed({ warm, steps, batch }, step, done = async () => {}) {
  for (let i = 0; i < warm; i++) await step(i);
  await done();
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step(warm + i);
  await done();
  return (steps * batch * 1000) / (performance.now() - start);
}
