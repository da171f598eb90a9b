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
