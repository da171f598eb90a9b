// How fast our page trains both networks: on one worker and on several, with shared memory and without, and on WebGPU.

import { hardware, inBrowser } from "./launch.mjs";
import { NETWORKS, record, table, whole } from "./print.mjs";
import { serve } from "./serve.mjs";

const BATCH_SIZES = [10, 64, 256];

/** All measured lines, each with its task. A task that was refused is printed and left out. */
export async function measure(site, tasks, flags) {
  const benches = await inBrowser(
    `${site.address}/bench.html`,
    (page) => page.evaluate((tasks) => window.bench.run(tasks), tasks),
    flags,
  );
  return benches.flatMap(({ task, measured, refused }) => {
    if (refused !== null) console.log(`${NETWORKS[task.preset]}, ${task.backend}: ${refused}`);
    const { lines = [], ...machine } = measured ?? {};
    return lines.map((line) => ({ ...task, ...machine, ...line }));
  });
}

/** One task for each network, with the fields of `more`. */
export const tasks = (more) => Object.keys(NETWORKS).map((preset) => ({ preset, batch_sizes: [64], ...more }));

export async function benchOurs(site, seconds) {
  // The machine's speed drifts, so the counts of workers that are compared are measured one right after the other.
  const cpu = (batch_sizes) =>
    tasks({}).flatMap((task) =>
      [1, 2, 4].map((workers) => ({ ...task, backend: "cpu", workers, batch_sizes, seconds })),
    );
  const isolated = await measure(site, cpu(BATCH_SIZES));
  const plain = await serve({ isolated: false });
  const unshared = await measure(plain, cpu([64]));
  plain.close();
  const gpu = await measure(site, tasks({ backend: "webgpu", batch_sizes: BATCH_SIZES, seconds }));
  for (const line of isolated) record("ours", { isolated: true, ...line });
  for (const line of unshared) record("ours", { isolated: false, ...line });
  for (const line of gpu) record("ours", { isolated: true, ...line });
  printCpu("CPU, shared memory", isolated);
  printCpu("CPU, no shared memory (a page that is not cross-origin isolated)", unshared);
  printGpu(gpu);
  for (const line of isolated) if (line.workers === 1 && line.batch_size === 64) printOperations(line);
  return [...isolated, ...gpu];
}

const key = ({ preset, batch_size }) => `${preset} ${batch_size}`;

function printCpu(title, lines) {
  console.log(title);
  const one = new Map(lines.filter(({ workers }) => workers === 1).map((line) => [key(line), line.images_per_second]));
  table(
    ["Network", "Mini-batch", "Workers", "images/s", "over one worker", "GFLOP/s", "of the product rate"],
    lines.map((line) => [
      NETWORKS[line.preset],
      line.batch_size,
      line.workers,
      whole(line.images_per_second),
      `${(line.images_per_second / one.get(key(line))).toFixed(2)}×`,
      (line.flops / 1e9).toFixed(1),
      line.workers === 1 ? `${Math.round((100 * line.flops) / line.product_rate)} %` : "",
    ]),
  );
}

function printOperations({ preset, kernels, product_rate }) {
  const rate = (product_rate / 1e9).toFixed(1);
  console.log(
    `${NETWORKS[preset]}, one worker: a step of 64 images; the 4 × 8 tile alone reaches ${rate} GFLOP/s on a 256³ product`,
  );
  const all = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
  table(
    ["Operation", "µs", "of the step", "MFLOP", "GFLOP/s", "of the product rate"],
    kernels.map(({ name, seconds, flop }) => [
      name,
      (seconds * 1e6).toFixed(1),
      `${((100 * seconds) / all).toFixed(1)} %`,
      flop > 0 ? (flop / 1e6).toFixed(2) : "",
      flop > 0 ? (flop / seconds / 1e9).toFixed(1) : "",
      flop > 0 ? `${Math.round((100 * flop) / seconds / product_rate)} %` : "",
    ]),
  );
}

function printGpu(lines) {
  if (lines.length === 0) return;
  console.log(`WebGPU on ${lines[0].adapter}${hardware ? "" : ", a software adapter"}`);
  table(
    ["Network", "Mini-batch", "images/s", "GFLOP/s", "dispatches a step", "submits a step", "bytes read a step"],
    lines.map((line) => [
      NETWORKS[line.preset],
      line.batch_size,
      whole(line.images_per_second),
      (line.flops / 1e9).toFixed(2),
      line.dispatches.toFixed(1),
      line.submits.toFixed(2),
      line.bytes_read.toFixed(0),
    ]),
  );
  for (const line of lines.filter(({ batch_size }) => batch_size === 64)) printKernels(line);
}

function printKernels({ preset, kernels, flops, product_rate, seconds_to_compile, predictions }) {
  console.log(
    `${NETWORKS[preset]}, WebGPU, 64: ${Math.round((100 * flops) / product_rate)} % of the adapter's product rate ` +
      `(${(product_rate / 1e9).toFixed(2)} GFLOP/s on 512³); compiled in ${seconds_to_compile.toFixed(1)} s`,
  );
  table(
    ["Kernel", "µs", "workgroups", "MFLOP", "kB", "GFLOP/s"],
    kernels.map(({ name, seconds, flop, bytes, groups }) => [
      name,
      seconds === null ? "no timer" : (seconds * 1e6).toFixed(0),
      groups,
      (flop / 1e6).toFixed(2),
      (bytes / 1e3).toFixed(0),
      seconds ? (flop / seconds / 1e9).toFixed(2) : "–",
    ]),
  );
  for (const { hardware, seconds } of predictions) {
    console.log(
      `  predicted for ${hardware}: ${(seconds * 1e3).toFixed(3)} ms a step, ${whole(64 / seconds)} images/s`,
    );
  }
}
