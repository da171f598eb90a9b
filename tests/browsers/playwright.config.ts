// The page's main path and the engine's tests in three browsers, each driven by its WebDriver. Playwright runs the tests;
// its own browsers are not used. `cargo xtask test browsers` does all of it; by hand, in www/:
// `xvfb-run -a npx playwright test -c ../tests/browsers/playwright.config.ts --project webkit main-path`.
import { defineConfig } from "@playwright/test";
import type { Options } from "./test";

const port = Number(process.env.LENET_PORT ?? 4173);
const url = `http://127.0.0.1:${port}/`;

export default defineConfig<object, Options>({
  outputDir: "../../target/browsers-tests",
  workers: 1, // a run takes all cores
  // Something else may keep all cores busy: these end only what hangs.
  timeout: 1_200_000,
  expect: { timeout: 300_000 },
  reporter: "list",
  forbidOnly: Boolean(process.env.CI),
  use: { baseURL: url },
  projects: (["chromium", "firefox", "webkit"] as const).map((kind) => ({ name: kind, use: { kind } })),
  webServer: { command: `npx vite preview --port ${port}`, cwd: "../../www", url, reuseExistingServer: false },
});
