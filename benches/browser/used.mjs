// How fast the page trains as it is used: open, the network in 3-D, filters, maps and curves in sight. Beside it the engine
// alone, as bench.html measures it, in the same minutes, because the machine's own speed drifts.

import { evaluationSeconds } from "./evaluations.mjs";
import { hardware, inBrowser } from "./launch.mjs";
import { measure } from "./ours.mjs";
import { median, record, table, whole } from "./print.mjs";
import { coresBetween, processorOf } from "./processes.mjs";
import { paintsIn, rates, watch } from "./watch.mjs";

/** At this size everything is in sight that is drawn while a network trains. */
const VIEWPORT = { width: 1440, height: 900 };
const IMAGES = 50_000;
/** The mini-batch of both measurements. The page's own default is smaller, and then each step costs more for an image. */
const BATCH = 64;
const WARM_STEPS = 150;
/** How long the network is orbited and the pad drawn on. */
const HANDS_MS = 2000;

/** How Chromium draws. Without a GPU it draws pages in software of its own, and SwiftShader draws WebGL. */
const WAYS = hardware
  ? [{ way: "WebGL on the GPU", flags: [] }]
  : [
      { way: "WebGL by SwiftShader", flags: [] },
      { way: "without WebGL", flags: ["--disable-gpu", "--disable-software-rasterizer"] },
      // The worst case, a driver in software that Chromium takes for a GPU: it draws the whole page too, and every frame is dear.
      { way: "the whole page by SwiftShader", flags: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"] },
    ];

/** One run of whole epochs on the open page, and afterwards the rates while the reader's hands move. */
export function useOnce(address, { workers, flags, epochs = 3, viewport = VIEWPORT, seed = 1 }) {
  const opened = async (page, browser) => {
    await page.evaluate(() => window.lenet.ready);
    await page.getByRole("region", { name: "Filters" }).locator("canvas").first().waitFor();
    await page.evaluate((given) => window.lenet.configure({ backend: "cpu", ...given }), {
      workers,
      seed,
      batch_size: BATCH,
    });
    await page.evaluate((steps) => window.lenet.train({ steps }), WARM_STEPS);
    const processor = await processorOf(browser);
    const before = processor();
    const run = await page.evaluate(async (epochs) => {
      const { step: from } = await window.lenet.status();
      const start = performance.now();
      const { step: to, workers } = await window.lenet.train({ epochs });
      return { from, to, workers, start, seconds: (performance.now() - start) / 1000 };
    }, epochs);
    const cores = coresBetween(before, processor(), run.seconds);
    const live = await page.evaluate(rates, run.start);
    const snapshots = await page.evaluate((from) => window.watched.snapshots.filter(({ at }) => at >= from), run.start);
    const spent = evaluationSeconds(snapshots, run.from, run.to, BATCH);
    const hands = await useHands(page);
    return {
      images_per_second: (IMAGES * epochs) / (run.seconds - spent.ends),
      with_evaluations: (IMAGES * epochs) / run.seconds,
      workers: run.workers,
      snapshots: snapshots.length / run.seconds,
      evaluations: { ends: spent.ends / run.seconds, onTheWay: spent.onTheWay / (run.seconds - spent.ends) },
      cores,
      live,
      hands,
    };
  };
  return inBrowser(`${address}/index.html`, opened, flags, { viewport, watch });
}

/** Orbits the network and then draws on the pad, while it trains. Returns how often each was painted in a second. */
async function useHands(page) {
  await page.evaluate(() => {
    window.lenet.train({ epochs: 20 });
  });
  const network = page.getByRole("application", { name: "The network, layer by layer" });
  const pad = page.getByRole("application", { name: /^Drawing pad/ });
  const frames = async (place) => {
    const { x, y, width, height } = await place.boundingBox();
    const from = await page.evaluate(() => performance.now());
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    for (let n = 0, end = Date.now() + HANDS_MS; Date.now() < end; n++) {
      const [right, down] = [Math.cos(n / 12), Math.sin(n / 9)];
      // Not awaited: a hand moves on whether the page keeps up or not.
      page.mouse.move(x + width * (0.5 + 0.3 * right), y + height * (0.5 + 0.3 * down)).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    const rate = await place.evaluate(paintsIn, from);
    await page.mouse.up();
    return rate;
  };
  return { orbiting: await frames(network), drawing: await frames(pad) };
}

async function bareOnce(site, workers, seconds, flags) {
  const [line] = await measure(
    site,
    [{ preset: "lenet5", backend: "cpu", workers, batch_sizes: [BATCH], seconds }],
    flags,
  );
  return line.images_per_second;
}

/** The middle of the values that rounds have at a place. */
const middle = (rounds, at) => median(rounds.map(at));

export async function benchUsed(site, seconds, rounds = 3) {
  for (const { way, flags } of WAYS) {
    const measured = [];
    for (let round = 0; round < rounds; round++) {
      const own = {};
      for (const workers of [1, 2]) {
        const bare = await bareOnce(site, workers, seconds, flags);
        const used = await useOnce(site.address, { workers, flags });
        own[workers] = { bare, used, ratio: used.images_per_second / bare };
      }
      measured.push(own);
    }
    record("used", { way, viewport: VIEWPORT, rounds: measured });
    printSpeed(way, measured);
    printWhere(measured);
    printLive(measured);
  }
}

function printSpeed(way, rounds) {
  console.log(
    `LeNet-5 as used, ${way}, ${VIEWPORT.width} × ${VIEWPORT.height}: medians of ${rounds.length} turns, whole-set evaluations apart`,
  );
  table(
    ["Workers", "bare", "as used", "of bare", "from … to", "over one as used", "with all evaluations"],
    [1, 2].map((workers) => {
      const ratios = rounds.map((round) => round[workers].ratio);
      return [
        workers,
        whole(middle(rounds, (round) => round[workers].bare)),
        whole(middle(rounds, (round) => round[workers].used.images_per_second)),
        median(ratios).toFixed(2),
        `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`,
        `${middle(rounds, (round) => round[workers].used.images_per_second / round[1].used.images_per_second).toFixed(2)}×`,
        whole(middle(rounds, (round) => round[workers].used.with_evaluations)),
      ];
    }),
  );
}

const WHO = {
  workers: "training workers",
  page: "page's thread",
  pageOthers: "its other threads",
  gpu: "GPU process",
  browser: "browser",
  others: "other programs",
};

function printWhere(rounds) {
  const share = (part) => `${(100 * part).toFixed(1)} %`;
  const cores = (round, workers, who) => round[workers].used.cores?.[who] ?? Number.NaN;
  console.log(
    "Where the time goes: processor time in per cent of one core, and the shares of evaluations and snapshots",
  );
  table(
    ["Workers", ...Object.values(WHO), "evaluations on the way", "at the end", "snapshots/s"],
    [1, 2].map((workers) => [
      workers,
      ...Object.keys(WHO).map((who) => share(middle(rounds, (round) => cores(round, workers, who)))),
      share(middle(rounds, (round) => round[workers].used.evaluations.onTheWay)),
      share(middle(rounds, (round) => round[workers].used.evaluations.ends)),
      middle(rounds, (round) => round[workers].used.snapshots).toFixed(1),
    ]),
  );
}

function printLive(rounds) {
  const all = [1, 2].flatMap((workers) => rounds.map((round) => ({ workers, ...round[workers].used })));
  const regions = [...new Set(all.flatMap(({ live }) => Object.keys(live)))];
  console.log("What is seen: the oldest state on show in ms, repaints a second, and frames a second under the hands");
  table(
    ["Workers", ...regions.flatMap((region) => [`${region}: oldest`, "a second"]), "orbiting", "drawing"],
    [1, 2].map((workers) => {
      const own = all.filter((each) => each.workers === workers);
      return [
        workers,
        ...regions.flatMap((region) => [
          Math.max(...own.map(({ live }) => live[region]?.age ?? 0)).toFixed(0),
          Math.min(...own.map(({ live }) => live[region]?.rate ?? 0)).toFixed(1),
        ]),
        Math.min(...own.map(({ hands }) => hands.orbiting)).toFixed(1),
        Math.min(...own.map(({ hands }) => hands.drawing)).toFixed(1),
      ];
    }),
  );
}
