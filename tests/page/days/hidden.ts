// The page is hidden and shown, its thread stands still, or the whole machine sleeps.
import type { CDPSession, Page } from "@playwright/test";
import { beforeWorker, engineOf } from "../clock";
import { begin, type Day, type Kind, reach, STEPS, train } from "./day";

/** Playwright keeps every page visible, so the page is told that it is not: it gets no animation frames then. */
const HIDE = () => {
  const { requestAnimationFrame } = window;
  const waiting: FrameRequestCallback[] = [];
  let isHidden = false;
  window.requestAnimationFrame = (callback) => (isHidden ? -waiting.push(callback) : requestAnimationFrame(callback));
  Object.defineProperty(document, "hidden", { get: () => isHidden });
  Object.defineProperty(document, "visibilityState", { get: () => (isHidden ? "hidden" : "visible") });
  window.hide = (hidden) => {
    isHidden = hidden;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    if (!hidden) for (const callback of waiting.splice(0)) requestAnimationFrame(callback);
  };
};

declare global {
  interface Window {
    hide(hidden: boolean): void;
  }
}

/** Counts the messages that the engine sends to the page. */
const COUNT = `self.posted = 0; const { postMessage } = self;
  self.postMessage = (...given) => { self.posted += 1; postMessage.apply(self, given); };`;

export const hidden: Kind = {
  name: "page hidden",
  async prepare(page) {
    await page.addInitScript(HIDE);
    await beforeWorker(page, COUNT);
  },
  disturb,
};

/** Windows has no signal that stops a process. */
const ABSENCES = process.platform === "win32" ? [hide, freeze] : [hide, hide, freeze, sleep];

async function disturb({ page, random, configuration }: Day) {
  await begin(page, { ...configuration, workers: random.one([1, 2]) });
  const ended = train(page);
  const absence = random.one(ABSENCES);
  let step = 0;
  for (let times = random.whole(1, 3); times > 0; times--) {
    step = random.whole(step, STEPS);
    await reach(page, step);
    await absence(page, random.whole(step, STEPS));
  }
  await ended;
  return {};
}

/** Hides the page until the run is at a later step. */
async function hide(page: Page, until: number): Promise<void> {
  await page.evaluate(() => window.hide(true));
  await reach(page, until);
  await page.evaluate(() => window.hide(false));
}

/** Stops the page's thread until the engine has sent it something more, if it will. The engine works on meanwhile. */
async function freeze(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Debugger.enable");
  const posted = () => engineOf(page)?.evaluate("self.posted");
  const before = await posted();
  const { phase } = await page.evaluate(() => window.lenet.status());
  const paused = new Promise((resolve) => debug.once("Debugger.paused", resolve));
  await debug.send("Debugger.pause");
  await Promise.race([paused, page.evaluate("0")]);
  if (phase === "training") while ((await posted()) === before);
  await debug.send("Debugger.resume");
  await debug.detach();
}

/** Stops all processes of pages for longer than a helper may take. */
async function sleep(page: Page): Promise<void> {
  const browser = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = await (browser as CDPSession).send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  for (const id of renderers) process.kill(id, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  for (const id of renderers) process.kill(id, "SIGCONT");
}
