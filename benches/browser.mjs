// How fast the page trains beside its peers, in one run of one browser: `cargo xtask bench`, which builds the page and
// installs the peers first. Prints tables, then every number as a line of JSON.
//
// WebGPU is a software adapter unless LENET_GPU=hardware; the peers get the same.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { delimiter, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const { chromium } = createRequire(join(root, "www/package.json"))("@playwright/test");
const hardware = process.env.LENET_GPU === "hardware";
const flags = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"].args;
const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(existsSync);
const launchOptions = {
  args: hardware ? flags.filter((flag) => !flag.includes("webgpu")) : flags,
  ...(executablePath ? { executablePath } : { channel: "chrome" }),
};

const PEERS = [
  { peer: "jax", name: "jax-js 0.1.25", backend: "webgpu", steps: 30, warm: 5 },
  { peer: "tfjs", name: "TensorFlow.js 4.22.0", backend: "webgpu", steps: 6, warm: 2 },
];
const NETWORKS = { lenet5: "LeNet-5", nielsen2: "Nielsen, two conv" };
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

const server = createServer(answer).listen(0, "127.0.0.1");
await new Promise((resolve) => server.on("listening", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

function answer(request, response) {
  const path = new URL(request.url, "http://localhost").pathname;
  try {
    const bytes = path.startsWith("/data/")
      ? gunzipSync(readFileSync(join(root, "assets/mnist", `${path.slice(6)}.gz`)))
      : readFileSync(join(root, path.startsWith("/peers/") ? "benches" : "www/dist", path));
    response.writeHead(200, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/** A fresh browser for each, so that none inherits what another left behind. */
async function inBrowser(path, job) {
  const browser = await chromium.launch(launchOptions);
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`${path}: ${error.message}`));
    await page.goto(address + path);
    return await job(page);
  } finally {
    await browser.close();
  }
}

function table(head, rows) {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => String(row[i]).length)));
  const line = (row) => row.map((cell, i) => String(cell)[i < 2 ? "padEnd" : "padStart"](widths[i])).join("  ");
  console.log(["", line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line), ""].join("\n"));
}

const seconds = Number(process.argv[2] ?? 3);
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${hardware ? "hardware" : "software"} WebGPU, ${seconds} s each`);

const benches = await inBrowser("/bench.html", (page) => page.evaluate((s) => window.bench.run(s), seconds));
const lines = benches.flatMap(({ task, measured, refused }) => {
  if (refused !== null) console.log(`${NETWORKS[task.preset]}, ${task.backend}: ${refused}`);
  return (measured?.lines ?? []).map((line) => ({ ...task, ...line, measured }));
});
table(
  [
    "Network",
    "Backend",
    "Mini-batch",
    "images/s",
    "GFLOP/s",
    "dispatches a step",
    "submits a step",
    "bytes read a step",
  ],
  lines.map((line) => [
    NETWORKS[line.preset],
    line.backend === "cpu" ? "cpu, 1 worker" : `webgpu, ${line.measured.adapter}`,
    line.batch_size,
    line.images_per_second.toFixed(0),
    (line.flops / 1e9).toFixed(2),
    line.dispatches.toFixed(1),
    line.submits.toFixed(2),
    line.bytes_read.toFixed(0),
  ]),
);
for (const line of lines.filter(({ backend, batch_size }) => backend === "webgpu" && batch_size === 64)) {
  const { product_rate, seconds_to_compile } = line.measured;
  console.log(
    `${NETWORKS[line.preset]}, webgpu, 64: ${((100 * line.flops) / product_rate).toFixed(0)} % of the adapter's product ` +
      `rate (512³: ${(product_rate / 1e9).toFixed(2)} GFLOP/s); compiled in ${seconds_to_compile.toFixed(1)} s`,
  );
  table(
    ["Kernel", "", "µs", "workgroups", "MFLOP", "kB", "GFLOP/s"],
    line.kernels.map(({ name, seconds, flop, bytes, groups }) => [
      name,
      "",
      seconds === null ? "no clock" : (seconds * 1e6).toFixed(0),
      groups,
      (flop / 1e6).toFixed(2),
      (bytes / 1e3).toFixed(0),
      seconds ? (flop / seconds / 1e9).toFixed(2) : "–",
    ]),
  );
  for (const { hardware, seconds } of line.predictions) {
    console.log(
      `  on paper, ${hardware}: ${(seconds * 1e3).toFixed(3)} ms a step, ${(64 / seconds).toFixed(0)} images/s`,
    );
  }
}

const peers = [];
for (const network of Object.keys(NETWORKS)) {
  for (const { name, ...task } of PEERS) {
    const outcome = await inBrowser("/peers/index.html", (page) =>
      Promise.race([
        page.evaluate((task) => window.measure(task.peer, task), { ...task, network, batch: 64 }),
        new Promise((_, reject) => setTimeout(() => reject(new Error("more than four minutes")), 240_000)),
      ]),
    ).then(
      (images_per_second) => ({ images_per_second }),
      (error) => ({ error: error.message.split("\n")[0] }),
    );
    peers.push({ peer: name, network, backend: task.backend, batch_size: 64, ...outcome });
  }
}
table(
  ["Network", "Peer", "images/s", "ours, webgpu", "times as fast", "ours, cpu", "times as fast"],
  peers.map(({ network, peer, images_per_second: theirs, error }) => {
    const ours = (backend) =>
      lines.find((line) => line.preset === network && line.backend === backend && line.batch_size === 64)
        ?.images_per_second;
    const pair = (speed) => (speed && theirs ? [speed.toFixed(0), (speed / theirs).toFixed(1)] : ["–", "–"]);
    return [NETWORKS[network], peer, theirs?.toFixed(0) ?? error, ...pair(ours("webgpu")), ...pair(ours("cpu"))];
  }),
);

for (const { measured, ...line } of lines)
  console.log(JSON.stringify({ ours: true, adapter: measured.adapter, ...line }));
for (const peer of peers) console.log(JSON.stringify(peer));
server.close();
