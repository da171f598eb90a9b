// Measures how fast the page loads and trains, beside other trainers, in one run. `cargo xtask bench` builds the page,
// installs the other trainers and calls this. It prints tables, then one line of JSON for each record.
//
// usage: browser.mjs SECONDS [speed] [used] [load] [memory] [frames] [phone]
// WebGPU runs on a software adapter unless LENET_GPU=hardware; the other trainers get the same adapter.

import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { benchFrames } from "./browser/frames.mjs";
import { hardware } from "./browser/launch.mjs";
import { benchLoad } from "./browser/load.mjs";
import { benchMemory } from "./browser/memory.mjs";
import { benchOurs } from "./browser/ours.mjs";
import { benchPeers } from "./browser/peers.mjs";
import { benchPhone } from "./browser/phone.mjs";
import { printRecords, record } from "./browser/print.mjs";
import { root, serve } from "./browser/serve.mjs";
import { benchUsed } from "./browser/used.mjs";

const [seconds, ...parts] = [Number(process.argv[2]), ...process.argv.slice(3)];
const machine = { cores: cpus().length, model: cpus()[0]?.model, hardware, seconds };
record("machine", machine);
console.log(
  `${machine.cores} × ${machine.model}, ${hardware ? "hardware" : "software"} WebGPU, ${seconds} s for each measurement, ${new Date().toISOString().slice(0, 10)}`,
);
printSize();

const site = await serve();
if (parts.includes("speed")) await benchPeers(site, seconds, await benchOurs(site, seconds));
if (parts.includes("speed") || parts.includes("used")) await benchUsed(site, seconds);
if (parts.includes("load")) await benchLoad();
if (parts.includes("memory")) await benchMemory(site);
if (parts.includes("frames")) await benchFrames(site);
if (parts.includes("phone")) await benchPhone(site);
printRecords();
site.close();

function printSize() {
  const gzipped = (file) => gzipSync(readFileSync(file), { level: 9 }).length / 1000;
  const assets = join(root, "www/dist/assets");
  const size = (pattern) =>
    readdirSync(assets)
      .filter((name) => pattern.test(name))
      .reduce((sum, name) => sum + gzipped(join(assets, name)), 0);
  const [module, scripts, later] = [
    size(/^lenet_bg-.*\.wasm$/),
    size(/^worker-.*\.js$/),
    size(/^lenet_later-.*\.wasm$/),
  ];
  record("size", { module, scripts, later });
  console.log(
    `Engine for the first step, gzipped: module ${module.toFixed(1)} kB, the workers' script ${scripts.toFixed(1)} kB; later part ${later.toFixed(1)} kB`,
  );
}
