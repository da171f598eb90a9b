// jax-js as its own examples use it: one jitted loss with its gradient, one jitted update.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import { BATCHES, images, speed } from "./task.mjs";

const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const conv = (x, w, b, padding) => nn.relu(pool(lax.convGeneralDilated(x, w, [1, 1], padding).add(b)));
const dense = (x, w, b) => np.dot(x, w).add(b);

const networks = {
  lenet5: {
    shapes: {
      w1: [6, 1, 5, 5],
      b1: [6, 1, 1],
      w2: [16, 6, 5, 5],
      b2: [16, 1, 1],
      w3: [400, 120],
      b3: [120],
      w4: [120, 84],
      b4: [84],
      w5: [84, 10],
      b5: [10],
    },
    forward(p, x) {
      const c1 = conv(x.reshape([-1, 1, 28, 28]), p.w1, p.b1, "SAME");
      const c3 = conv(c1, p.w2, p.b2, "VALID").reshape([-1, 400]);
      const f6 = nn.relu(dense(nn.relu(dense(c3, p.w3, p.b3)), p.w4, p.b4));
      return nn.logSoftmax(dense(f6, p.w5, p.b5));
    },
  },
  nielsen2: {
    shapes: {
      w1: [20, 1, 5, 5],
      b1: [20, 1, 1],
      w2: [40, 20, 5, 5],
      b2: [40, 1, 1],
      w3: [640, 100],
      b3: [100],
      w4: [100, 10],
      b4: [10],
    },
    forward(p, x) {
      const c1 = conv(x.reshape([-1, 1, 28, 28]), p.w1, p.b1, "VALID");
      const c3 = conv(c1, p.w2, p.b2, "VALID").reshape([-1, 640]);
      return nn.logSoftmax(dense(nn.relu(dense(c3, p.w3, p.b3)), p.w4, p.b4));
    },
  },
};

export async function measure(task) {
  const { network, backend, batch } = task;
  const devices = await init();
  if (!devices.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  defaultDevice(backend);
  const { shapes, forward } = networks[network];
  const run = jit(forward);
  let parameters = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => {
      const fanIn = name[0] === "b" ? 25 : shape.length === 4 ? shape[1] * 25 : shape[0];
      const bound = 1 / Math.sqrt(fanIn);
      return [name, random.uniform(random.key(i + 1), shape, { minval: -bound, maxval: bound })];
    }),
  );
  const { pixels, labels } = await images(BATCHES * batch);
  const all = np
    .array(Float32Array.from(pixels))
    .mul(1 / 255)
    .reshape([BATCHES * batch, 28, 28]);
  const wanted = np.array(Int32Array.from(labels), { dtype: np.int32 });
  const loss = (p, x, y) =>
    run(p, x)
      .mul(nn.oneHot(y, 10))
      .sum()
      .mul(-1 / batch);
  const update = jit((p, v, g) => {
    const [parameters, velocity] = [{}, {}];
    for (const name in p) {
      velocity[name] = v[name].mul(0.9).add(g[name]);
      parameters[name] = p[name].sub(velocity[name].ref.mul(0.05));
    }
    return [parameters, velocity];
  });
  let velocity = tree.map((a) => a.mul(0), tree.ref(parameters));
  return speed(task, async (i) => {
    const at = (i % BATCHES) * batch;
    const [x, y] = [all.ref.slice([at, at + batch]), wanted.ref.slice([at, at + batch])];
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, y);
    [parameters, velocity] = update(parameters, velocity, gradients);
    await blockUntilReady(parameters);
    await value.jsAsync();
  });
}
