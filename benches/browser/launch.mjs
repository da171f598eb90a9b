// Starts the Chromium that is installed on this machine.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { root } from "./serve.mjs";

const { chromium } = createRequire(join(root, "www/package.json"))("@playwright/test");
const { args } = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(existsSync);

/** Whether WebGPU runs on the real GPU. */
export const hardware = process.env.LENET_GPU === "hardware";

/**
 * Runs `job` in a new browser, so that no measurement inherits the caches or the heap of another. `device` is what Playwright
 * emulates. `watch` runs in the page before its own scripts.
 */
export async function inBrowser(
  address,
  job,
  flags = [],
  { viewport = { width: 1440, height: 900 }, device = { viewport }, watch } = {},
) {
  const browser = await chromium.launch({
    args: [...(hardware ? args.filter((flag) => !flag.includes("webgpu")) : args), ...flags],
    ...(executablePath ? { executablePath } : { channel: "chrome" }),
  });
  try {
    const page = await browser.newPage(device);
    if (watch) await page.addInitScript(watch);
    page.on("pageerror", (error) => console.error(`${address}: ${error.message}`));
    await page.goto(address);
    return await job(page, browser);
  } finally {
    await browser.close();
  }
}
