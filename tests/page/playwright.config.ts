// The page tests open the built site (`cargo xtask build`) in the installed Chromium: nothing is downloaded.
// `cargo xtask test page` does all of it; by hand, in www/: `npx playwright test -c ../tests/page/playwright.config.ts`.

import { defineConfig } from "@playwright/test";
import { launchOptions } from "./browser";

const port = Number(process.env.LENET_PORT ?? 4173);
const url = `http://127.0.0.1:${port}/`;

export default defineConfig({
  outputDir: "../../target/page-tests",
  workers: 2,
  fullyParallel: true,
  // Something else may keep both cores busy: these end only what hangs.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: "list",
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: url,
    viewport: { width: 1366, height: 768 },
    screenshot: "only-on-failure",
    launchOptions: launchOptions(),
    serviceWorkers: "block", // its installation fetches everything once more; offline.spec.ts allows it
  },
  webServer: { command: `npx vite preview --port ${port}`, cwd: "../../www", url, reuseExistingServer: false },
});
