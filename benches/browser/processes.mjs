// The processor time of Chromium's processes and of the threads of the page, from /proc. What keeps a core busy while a
// network trains is not only the page: every frame is drawn by the browser's GPU process, in software if there is no GPU.

import { readdirSync, readFileSync } from "node:fs";

/** The kernel's ticks in a second; Linux reports all times of /proc in these. */
const TICKS = 100;

/** The names of Chromium's threads that do the page's work, as the kernel cuts them off after 15 characters. */
const WORKER = "DedicatedWorker";

/** A function that returns the processor seconds so far, by who has spent them; null where there is no /proc. */
export async function processorOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return () => {
    try {
      return read(processInfo);
    } catch {
      return null;
    }
  };
}

function read(processes) {
  const spent = { workers: 0, page: 0, pageOthers: 0, gpu: 0, browser: 0, machine: machineSeconds() };
  for (const { type, id } of processes) {
    const all = secondsOf(`/proc/${id}/stat`);
    if (type === "GPU") spent.gpu += all;
    else if (type === "renderer") {
      const { workers, page } = threadsOf(id);
      spent.workers += workers;
      spent.page += page;
      spent.pageOthers += all - workers - page;
    } else spent.browser += all;
  }
  return spent;
}

function threadsOf(id) {
  const threads = { workers: 0, page: 0 };
  for (const thread of readdirSync(`/proc/${id}/task`)) {
    const folder = `/proc/${id}/task/${thread}`;
    if (Number(thread) === id) threads.page += secondsOf(`${folder}/stat`);
    else if (readFileSync(`${folder}/comm`, "utf8").startsWith(WORKER)) threads.workers += secondsOf(`${folder}/stat`);
  }
  return threads;
}

/** User and system time; the name before them is in parentheses and may contain anything. */
function secondsOf(file) {
  const fields = readFileSync(file, "utf8").replace(/^.*\)/s, "").trim().split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The busy time of all processors together, other programs included. */
function machineSeconds() {
  const [user, nice, system, , , interrupt, soft] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupt + soft) / TICKS;
}

/** What was spent between two readings, in cores: 1 is one core all the time. `others` are programs besides Chromium. */
export function coresBetween(before, after, seconds) {
  if (before === null || after === null) return null;
  const cores = Object.fromEntries(Object.keys(before).map((who) => [who, (after[who] - before[who]) / seconds]));
  const { machine, ...chromium } = cores;
  return { ...chromium, others: machine - Object.values(chromium).reduce((sum, each) => sum + each, 0) };
}
