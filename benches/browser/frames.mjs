// The longest tasks of the page's thread while it trains: what a reader feels as a pointer or a scroll that stops.

import { inBrowser } from "./launch.mjs";
import { record, table } from "./print.mjs";

/** Categories of Chromium's trace: every task of every thread, and the names of the threads. */
const CATEGORIES = ["toplevel", "__metadata"];

/** Moves the pointer over the network for some seconds. */
async function lookAround(page) {
  const network = page.locator(".network-box");
  for (let n = 0; n < 16; n++) {
    await network.hover({ position: { x: 60 + 20 * n, y: 60 + 5 * n } });
    await page.waitForTimeout(400);
  }
}

/** Opens and closes one tool after the other. */
async function lookThrough(page) {
  for (let key = 1; key <= 8; key++) {
    await page.keyboard.press(String(key));
    await page.waitForTimeout(600);
  }
}

/** Where the tools that paint most have room at once. */
const WIDE = { width: 2560, height: 1440 };
const MANY = ["maps", "inspector", "mistakes", "number"];

/** Opens them, and shows what comes on request too. */
async function openViews(page) {
  await page.setViewportSize(WIDE);
  await page.goto(`${page.url()}#tools=${MANY.join()}`);
  await page.getByRole("button", { name: "Show me one" }).click();
  await page.getByRole("button", { name: "Predict them all now" }).click();
  await page.locator(".mistakes-body").waitFor();
}

/** The processor time of each task of the page's thread during an action, in milliseconds, the longest first. */
async function tasksDuring(browser, page, action) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const main = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("::RunTask") && pid === main?.pid && tid === main?.tid)
    .map(({ tdur }) => (tdur ?? 0) / 1000)
    .toSorted((a, b) => b - a);
}

const SITUATIONS = [
  { situation: "nothing touched", prepare: async () => {}, action: (page) => page.waitForTimeout(5000) },
  { situation: "the first tools, pointing", prepare: async () => {}, action: lookAround },
  { situation: "tools opened and closed", prepare: async () => {}, action: lookThrough },
  { situation: "four large tools, pointing", prepare: openViews, action: lookAround },
];

export async function benchFrames(site) {
  const rows = [];
  for (const { situation, prepare, action } of SITUATIONS)
    await inBrowser(`${site.address}/index.html`, async (page, browser) => {
      await page.evaluate(() => window.lenet.ready);
      await prepare(page);
      await page.getByRole("button", { name: "Train", exact: true }).click();
      // Compilation and layout at the start of a run are not measured.
      await page.waitForTimeout(2000);
      const tasks = await tasksDuring(browser, page, () => action(page));
      const over = tasks.filter((ms) => ms >= 50).length;
      record("frames", { situation, tasks: tasks.length, longest: tasks.slice(0, 3), over });
      rows.push([situation, tasks.length, ...tasks.slice(0, 3).map((ms) => ms.toFixed(1)), over]);
    });
  console.log("Tasks of the page's thread while it trains, processor time in milliseconds");
  table(["Situation", "tasks", "longest", "second", "third", "of 50 ms or more"], rows);
}
