// How fast other trainers do the same work in mini-batches of 64, and how many times faster ours is.

import { inBrowser } from "./launch.mjs";
import { measure, tasks } from "./ours.mjs";
import { median, NETWORKS, record, table, times, whole } from "./print.mjs";
import { torch } from "./torch.mjs";

const WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const PEERS = [
  { peer: "convnetjs", name: "ConvNetJS 0.3.0", backend: "cpu", steps: 10, warm: 2 },
  { peer: "jax", name: "jax-js 0.1.25", backend: "wasm", steps: 10, warm: 2 },
  { peer: "jax", name: "jax-js 0.1.25", backend: "webgpu", steps: 30, warm: 5 },
  { peer: "tfjs", name: "TensorFlow.js 4.22.0", backend: "webgl", steps: 10, warm: 2, flags: WEBGL },
  { peer: "tfjs", name: "TensorFlow.js 4.22.0", backend: "webgpu", steps: 6, warm: 2 },
  { peer: "tfjs", name: "TensorFlow.js 4.22.0", backend: "cpu", steps: 3, warm: 1 },
];
const PATIENCE_MS = 240_000;
/** Ours and PyTorch are measured in turns, because the machine's speed drifts. */
const ROUNDS = 3;

export async function benchPeers(site, seconds, ours) {
  await besidePyTorch(site, seconds);
  const speed = (network, backend) =>
    ours.find(
      ({ preset, workers, ...line }) =>
        preset === network && line.backend === backend && workers === 1 && line.batch_size === 64,
    )?.images_per_second;
  const rows = [];
  for (const network of Object.keys(NETWORKS)) {
    for (const { name, flags, ...task } of PEERS) {
      const outcome = await measurePeer(site, { ...task, network, batch: 64 }, flags);
      record("peer", { peer: name, network, backend: task.backend, batch_size: 64, ...outcome });
      const theirs = outcome.images_per_second;
      rows.push([
        NETWORKS[network],
        `${name}, ${task.backend}`,
        theirs ? whole(theirs) : outcome.error,
        times(speed(network, "cpu") / theirs),
        times(speed(network, "webgpu") / theirs),
      ]);
    }
  }
  table(["Network", "In the same browser", "images/s", "ours, one worker", "ours, WebGPU"], rows, 2);
}

function measurePeer(site, task, flags) {
  const timeout = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`more than ${PATIENCE_MS / 1000} s`)), PATIENCE_MS).unref(),
  );
  const measured = inBrowser(
    `${site.address}/peers/index.html`,
    (page) => Promise.race([page.evaluate((task) => window.measure(task.peer, task), task), timeout]),
    flags,
  );
  return measured.then(
    (images_per_second) => ({ images_per_second }),
    (error) => ({ error: error.message.split("\n")[0] }),
  );
}

async function besidePyTorch(site, seconds) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const lines = await measure(site, tasks({ backend: "cpu", workers: 1, seconds }));
    const [one, two] = [torch(1), torch(2)];
    if (one === null) return;
    for (const { preset, images_per_second } of lines) {
      const theirs = { one: one[preset], channelsLast: one[`${preset} channels_last`], two: two[preset] };
      rounds.push({ preset, ours: images_per_second, ...theirs, ratio: images_per_second / theirs.one });
    }
  }
  console.log(`Ours on one worker and native PyTorch, measured ${ROUNDS} times in turns; medians, images/s`);
  table(
    ["Network", "ours", "PyTorch, one thread", "ratio", "from … to", "channels_last", "two threads"],
    Object.keys(NETWORKS).map((preset) => {
      const own = rounds.filter((round) => round.preset === preset);
      const of = (name) => own.map((round) => round[name]);
      const ratio = median(of("ratio"));
      record("PyTorch", { preset, rounds: own, ratio });
      const range = [Math.min(...of("ratio")), Math.max(...of("ratio"))].map((x) => x.toFixed(2)).join(" … ");
      return [
        NETWORKS[preset],
        whole(median(of("ours"))),
        whole(median(of("one"))),
        ratio.toFixed(2),
        range,
        whole(median(of("channelsLast"))),
        whole(median(of("two"))),
      ];
    }),
  );
}
