// ConvNetJS as its own examples use it: one image after the other, an update after every `batch` images.
import { BATCHES, images, speed } from "./task.mjs";

/* global convnetjs */
const input = { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 };
const conv = (filters, pad = 0) => [
  { type: "conv", sx: 5, filters, stride: 1, pad, activation: "relu" },
  { type: "pool", sx: 2, stride: 2 },
];
const dense = (num_neurons) => ({ type: "fc", num_neurons, activation: "relu" });
const end = { type: "softmax", num_classes: 10 };

const networks = {
  lenet5: [input, ...conv(6, 2), ...conv(16), dense(120), dense(84), end],
  nielsen2: [input, ...conv(20), ...conv(40), dense(100), end],
};

export async function measure(task) {
  const { network, batch } = task;
  const { pixels, labels } = await images(BATCHES * batch);
  const net = new convnetjs.Net();
  net.makeLayers(networks[network]);
  const trainer = new convnetjs.SGDTrainer(net, { learning_rate: 0.05, momentum: 0.9, batch_size: batch });
  const image = new convnetjs.Vol(28, 28, 1, 0);
  return speed(task, (step) => {
    for (let n = 0; n < batch; n++) {
      const at = (step % BATCHES) * batch + n;
      for (let k = 0; k < 784; k++) image.w[k] = pixels[at * 784 + k] / 255;
      trainer.train(image, labels[at]);
    }
  });
}
