// The memory of the page after each epoch, once every tool has been opened and after a forced garbage collection; its workers
// and their modules included. It is read from the operating system for the page's process, because `performance.measureUserAgentSpecificMemory` leaves WebAssembly out.

import { readdirSync, readFileSync } from "node:fs";
import { inBrowser } from "./launch.mjs";
import { record, table } from "./print.mjs";
import { openAll } from "./tools.mjs";

const EPOCHS = 30;

export async function benchMemory(site) {
  const rows = await inBrowser(`${site.address}/index.html`, async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("HeapProfiler.enable");
    await page.evaluate(() => window.lenet.ready);
    await page.evaluate((epochs) => window.lenet.configure({ epochs }), EPOCHS);
    const rows = [];
    for (let epoch = 0; epoch <= EPOCHS; epoch++) {
      if (epoch > 0) await page.evaluate(() => window.lenet.train({ epochs: 1 }));
      if (epoch === 1) await openAll(page);
      await devtools.send("HeapProfiler.collectGarbage");
      rows.push({ epoch, ...processMegabytes() });
    }
    return rows;
  });
  record("memory", { rows });
  console.log(
    "Memory of the page's process after each epoch, MB: its own, and with its share of Chromium's code (PSS)",
  );
  table(
    ["Epoch", "own", "with Chromium's code"],
    rows.map(({ epoch, own, all }) => [epoch, own?.toFixed(0) ?? "–", all?.toFixed(0) ?? "–"]),
  );
}

/** The memory of the largest renderer process on this machine; an empty object where there is no /proc. */
export function processMegabytes() {
  const sizes = [];
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer")) continue;
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
        const megabytes = (name) =>
          (Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
        sizes.push({ own: megabytes("Pss_Anon") + megabytes("Pss_Shmem"), all: megabytes("Pss") });
      } catch {} // the process has ended meanwhile
    }
  } catch {}
  return sizes.toSorted((a, b) => b.all - a.all)[0] ?? {};
}
