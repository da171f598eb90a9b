// TensorFlow.js as its own examples use it: a layers model and an optimizer. The loss is read once, at the end.
import { BATCHES, images, speed } from "./task.mjs";

/* global tf */
const conv = (filters, more = {}) => [
  tf.layers.conv2d({ filters, kernelSize: 5, activation: "relu", ...more }),
  tf.layers.maxPooling2d({ poolSize: 2 }),
];
const dense = (units, activation = "relu") => tf.layers.dense({ units, activation });
const input = { inputShape: [28, 28, 1] };

const networks = {
  lenet5: () => [
    ...conv(6, { ...input, padding: "same" }),
    ...conv(16),
    tf.layers.flatten(),
    dense(120),
    dense(84),
    dense(10, "softmax"),
  ],
  nielsen2: () => [...conv(20, input), ...conv(40), tf.layers.flatten(), dense(100), dense(10, "softmax")],
};

export async function measure(task) {
  const { network, backend, batch } = task;
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
  const { pixels, labels } = await images(BATCHES * batch);
  const all = tf.tensor4d(
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [BATCHES * batch, 28, 28, 1],
  );
  const wanted = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), 10).toFloat();
  const model = tf.sequential({ layers: networks[network]() });
  const optimizer = tf.train.momentum(0.05, 0.9);
  let cost = null;
  const step = (i) => {
    cost?.dispose();
    const at = (i % BATCHES) * batch;
    const x = all.slice([at, 0, 0, 0], [batch, 28, 28, 1]);
    const y = wanted.slice([at, 0], [batch, 10]);
    const loss = () => tf.metrics.categoricalCrossentropy(y, model.apply(x, { training: true })).mean();
    cost = optimizer.minimize(loss, true);
    x.dispose();
    y.dispose();
  };
  return speed(task, step, () => cost.data());
}
