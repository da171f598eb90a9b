// What the tests in several browsers share: one browser for all tests of a project, started by the project's `kind`.
import { test as base } from "@playwright/test";
import { type BrowserName, DrivenBrowser } from "./driven";

export { expect } from "@playwright/test";

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
    { scope: "worker", timeout: 300_000 },
  ],
});
