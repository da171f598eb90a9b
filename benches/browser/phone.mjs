// What a phone gets: the page as Chromium's "Moto G4" shows it, with the page's thread four times slower. The workers are as
// fast as this machine, because Chromium slows only the page down; so the speed says what the page's work costs a run.

import { createRequire } from "node:module";
import { join } from "node:path";
import { inBrowser } from "./launch.mjs";
import { processMegabytes } from "./memory.mjs";
import { record, table, whole } from "./print.mjs";
import { root } from "./serve.mjs";

const { devices } = createRequire(join(root, "www/package.json"))("@playwright/test");
const NAME = "Moto G4";
const SLOWER = 4;
const EPOCHS = 2;

export async function benchPhone(site) {
  const { defaultBrowserType: _, ...device } = devices[NAME];
  const visit = async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.evaluate(() => window.lenet.ready);
    const ready = await page.evaluate(() => performance.now() / 1000);
    await page.evaluate(() => window.lenet.train({ steps: 150 }));
    const trained = await page.evaluate(async (epochs) => {
      const start = performance.now();
      const { workers } = await window.lenet.train({ epochs });
      return { workers, seconds: (performance.now() - start) / 1000 };
    }, EPOCHS);
    await devtools.send("HeapProfiler.enable");
    await devtools.send("HeapProfiler.collectGarbage");
    return { ready, ...trained, memory: processMegabytes().all };
  };
  const { ready, workers, seconds, memory } = await inBrowser(`${site.address}/index.html`, visit, [], { device });
  const speed = (EPOCHS * 50_000) / seconds;
  record("phone", { device: NAME, slower: SLOWER, ready, workers, speed, memory });
  console.log(`The page on a phone (${NAME}, its thread ${SLOWER} times slower), LeNet-5 with the default settings`);
  table(
    ["ready, s", "workers", "images/s with all evaluations", "memory, MB"],
    [[ready.toFixed(2), workers, whole(speed), whole(memory ?? Number.NaN)]],
  );
}
