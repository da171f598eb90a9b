// A first visit with an empty cache: the times until the page is drawn, is ready, has trained a step and reaches 99 %, and
// how many images it has trained on by then. Everything is as a reader has it: the page is open and draws what is in sight.

import { inBrowser } from "./launch.mjs";
import { median, record, table, whole } from "./print.mjs";
import { serve } from "./serve.mjs";
import { watch } from "./watch.mjs";

const GOAL = 0.99;
const IMAGES = 50_000;
/** One visit for each seed. */
const CONNECTIONS = [
  { connection: "localhost", seeds: [1, 2, 3, 4, 5] },
  { connection: "10 Mbit/s", bytesPerSecond: 10e6 / 8, seeds: [1] },
];

/** One visit. The first three of `seconds` count from the navigation, the others from the moment it was ready to train. */
async function visit(address, seed) {
  const train = async (goal) => {
    await window.lenet.ready;
    const ready = performance.now();
    await window.lenet.train({ steps: 1 });
    const trained = performance.now();
    const { test_accuracy, workers } = await window.lenet.train();
    const done = performance.now();
    // The page learns of an evaluation with a snapshot, and so does a reader.
    const reached = window.watched.snapshots.find(({ at, test }) => at > trained && test >= goal);
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
    const took = (reached?.at ?? Number.NaN) - ready;
    return {
      seconds: [paint, ready, trained, took, done - ready].map((ms) => ms / 1000),
      epochs: reached?.epoch ?? Number.NaN,
      test_accuracy,
      workers,
    };
  };
  return inBrowser(`${address}/index.html#seed=${seed}`, (page) => page.evaluate(train, GOAL), [], { watch });
}

export async function benchLoad() {
  const rows = [];
  for (const { connection, bytesPerSecond, seeds } of CONNECTIONS) {
    const site = await serve({ bytesPerSecond });
    const visits = [];
    for (const seed of seeds) {
      const { seconds, epochs, test_accuracy, workers } = await visit(site.address, seed);
      const [painted, ready, trained, reached, done] = seconds;
      const images = Math.round(epochs * IMAGES);
      visits.push({
        seed,
        painted,
        ready,
        trained,
        reached,
        images,
        speed: images / reached,
        done,
        test_accuracy,
        workers,
      });
    }
    site.close();
    record("load", { connection, visits });
    const middle = (name) => median(visits.map((visit) => visit[name]).map((x) => (Number.isNaN(x) ? Infinity : x)));
    rows.push([
      connection,
      visits.length,
      ...["painted", "ready", "trained", "reached"].map((name) => middle(name).toFixed(2)),
      whole(middle("images")),
      whole(middle("speed")),
      middle("done").toFixed(2),
      `${(100 * middle("test_accuracy")).toFixed(2)} %`,
    ]);
  }
  console.log(
    "First visit, seconds: the first three columns from the navigation, the others from pressing Train; medians over the seeds",
  );
  const goal = "99.0 % of the test images";
  table(
    [
      "Connection",
      "seeds",
      "page drawn",
      "ready",
      "first step",
      goal,
      "trained on",
      "images/s",
      "schedule done",
      "final accuracy",
    ],
    rows,
  );
}
