// What the tests in several browsers share: one browser for all tests of a project, started by the project's `kind`.
import { test as base, expect } from "@playwright/test";
import { type BrowserName, DrivenBrowser } from "./driven";

export { expect };

export interface Options {
  kind: BrowserName;
}

export const test = base.extend<object, Options & { driven: DrivenBrowser }>({
  kind: ["chromium", { option: true, scope: "worker" }],
  driven: [
    async ({ kind }, use) => {
      const driven = await DrivenBrowser.start(kind);
      await use(driven);
      await driven.stop();
    },
    { scope: "worker", timeout: 600_000 },
  ],
});

/** Opens the page, and waits until it can train. */
export async function openPage(driven: DrivenBrowser, address: string): Promise<void> {
  await driven.open(address);
  // WebKit's driver may return before the page's script has run. If it never runs, the page says why.
  const started = () => driven.run(() => "lenet" in window || document.querySelector("#empty")?.textContent);
  await expect.poll(started).toBe(true);
  await driven.run(() => window.lenet.ready);
}
