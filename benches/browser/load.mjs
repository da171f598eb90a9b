// A first visit with an empty cache: the times until the page is drawn, is ready, has trained a step and reaches 99 %.

import { inBrowser } from "./launch.mjs";
import { median, record, table } from "./print.mjs";
import { serve } from "./serve.mjs";

const GOAL = 0.99;
const CONNECTIONS = [
  { connection: "localhost", visits: 3 },
  { connection: "10 Mbit/s", bytesPerSecond: 10e6 / 8, visits: 1 },
];

/** One visit. The first three of `seconds` count from the navigation, the others from the moment it was ready to train. */
function visit(address) {
  return inBrowser(`${address}/index.html`, (page) =>
    page.evaluate(async (goal) => {
      await window.lenet.ready;
      const ready = performance.now();
      await window.lenet.train({ steps: 1 });
      const trained = performance.now();
      const end = window.lenet.train();
      let reached = null;
      let over = false;
      end.then(() => {
        over = true;
      });
      while (!over) {
        const { test_accuracy } = await window.lenet.status();
        if (reached === null && test_accuracy >= goal) reached = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const done = performance.now();
      const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
      const { test_accuracy, workers } = await window.lenet.status();
      return {
        seconds: [paint, ready, trained, (reached ?? Number.NaN) - ready, done - ready].map((ms) => ms / 1000),
        test_accuracy,
        workers,
      };
    }, GOAL),
  );
}

export async function benchLoad() {
  const rows = [];
  for (const { connection, bytesPerSecond, visits } of CONNECTIONS) {
    const site = await serve({ bytesPerSecond });
    const measured = [];
    for (let n = 0; n < visits; n++) measured.push(await visit(site.address));
    site.close();
    const [painted, ready, trained, reached, done] = [0, 1, 2, 3, 4].map((i) =>
      median(measured.map((v) => v.seconds[i])),
    );
    const { test_accuracy, workers } = measured[0];
    record("load", { connection, visits, painted, ready, trained, reached, done, test_accuracy, workers });
    const accuracy = `${(100 * test_accuracy).toFixed(2)} %`;
    rows.push([connection, ...[painted, ready, trained, reached, done].map((s) => s.toFixed(2)), accuracy]);
  }
  console.log("First visit, seconds: the first three columns from the navigation, the others from pressing Train");
  table(
    ["Connection", "page drawn", "ready", "first step", "99.0 % of the test images", "schedule done", "final accuracy"],
    rows,
  );
}
