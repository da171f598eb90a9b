// The machine's own Chromium.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { root } from "./serve.mjs";

const { chromium } = createRequire(join(root, "www/package.json"))("@playwright/test");
const { args } = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"))["goog:chromeOptions"];
const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(existsSync);

/** Whether WebGPU is the real GPU's. */
export const hardware = process.env.LENET_GPU === "hardware";

/** A fresh browser for each, so that none inherits what another left behind. */
export async function inBrowser(address, job, flags = []) {
  const browser = await chromium.launch({
    args: [...(hardware ? args.filter((flag) => !flag.includes("webgpu")) : args), ...flags],
    ...(executablePath ? { executablePath } : { channel: "chrome" }),
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("pageerror", (error) => console.error(`${address}: ${error.message}`));
    await page.goto(address);
    return await job(page, browser);
  } finally {
    await browser.close();
  }
}
