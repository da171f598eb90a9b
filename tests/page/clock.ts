// The clock of the engine's worker, for tests of what takes minutes.
import type { Page } from "@playwright/test";

/** Lets `forward` turn the worker's clock forward. It goes before the worker's script. */
export const CLOCK = `self.ahead = 0; const now = performance.now.bind(performance);
  performance.now = () => now() + self.ahead;`;

/** Puts a script before the worker's. */
export async function beforeWorker(page: Page, script: string): Promise<void> {
  await page.route("**/worker-*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script};${await response.text()}` });
  });
}

/** The engine's worker; its helpers are not workers of the page's. */
export const engineOf = (page: Page) => page.workers().find((each) => /\/worker-/.test(each.url()));

/** Turns the clock of the engine's worker forward. */
export async function forward(page: Page, seconds: number): Promise<void> {
  await engineOf(page)?.evaluate((ahead) => {
    (self as unknown as { ahead: number }).ahead += 1000 * ahead;
  }, seconds);
}
