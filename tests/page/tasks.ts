// How long the tasks of the page's thread take.
import type { Browser, Page } from "@playwright/test";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own processor time, without what other programs take. */
  tdur?: number;
  args: { name?: string };
}

/** The processor time of each task of the page's thread during an action, in milliseconds. */
export async function tasksDuring(browser: Browser, page: Page, something: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await something();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("::RunTask") && pid === main?.pid && tid === main?.tid)
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

/** The processor time of `calculate` in a page that trains, on two cores of 2.5 GHz with nothing else to do, in milliseconds. */
const USUAL = 115;

/**
 * How many times as long as usual the page's thread takes for a fixed calculation. On a machine that other programs keep
 * busy, threads share caches and execution units with them, so that processor time grows too.
 */
export async function slowness(browser: Browser, page: Page): Promise<number> {
  const tasks = await tasksDuring(browser, page, () => page.evaluate(calculate));
  return Math.max(1, Math.max(...tasks) / USUAL);
}

/** A task of its own that takes longer than every other task. */
function calculate(): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(() => {
      let number = 1;
      for (let n = 0; n < 15_000_000; n++) number = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) + n;
      document.documentElement.dataset.calculated = String(number); // or the loop could be left out
      resolve();
    }),
  );
}
