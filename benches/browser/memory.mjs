// The memory of the whole page, its workers and their modules included, epoch by epoch.

import { readdirSync, readFileSync } from "node:fs";
import { inBrowser } from "./launch.mjs";
import { record, table } from "./print.mjs";

const EPOCHS = 10;
// Else the browser answers when it next collects garbage, up to 20 seconds later.
const AT_ONCE = "--enable-blink-features=ForceEagerMeasureMemory";

export async function benchMemory(site) {
  const rows = await inBrowser(
    `${site.address}/index.html`,
    async (page) => {
      await page.evaluate(() => window.lenet.ready);
      await page.evaluate((epochs) => window.lenet.configure({ epochs }), EPOCHS);
      const rows = [];
      for (let epoch = 0; epoch <= EPOCHS; epoch++) {
        if (epoch > 0) await page.evaluate(() => window.lenet.train({ epochs: 1 }));
        const bytes = await page.evaluate(async () => (await performance.measureUserAgentSpecificMemory()).bytes);
        rows.push({ epoch, page: bytes / 1e6, process: rendererMegabytes() });
      }
      return rows;
    },
    [AT_ONCE],
  );
  record("memory", { rows });
  console.log("Memory after each epoch, MB: the page with its workers, as the browser counts; and its whole process");
  table(
    ["Epoch", "page", "process (PSS)"],
    rows.map(({ epoch, page, process }) => [epoch, page.toFixed(1), process?.toFixed(0) ?? "–"]),
  );
}

/** Of the largest renderer on this machine; null where there is no /proc. */
function rendererMegabytes() {
  const sizes = [];
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer")) continue;
        sizes.push(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0));
      } catch {} // gone meanwhile
    }
  } catch {
    return null;
  }
  return sizes.length === 0 ? null : (Math.max(...sizes) * 1024) / 1e6;
}
