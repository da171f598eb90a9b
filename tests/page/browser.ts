// How the tests start the machine's own Chromium.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
// The engine's tests as WebAssembly start the same browser with the same switches.
import webdriver from "../../webdriver.json";

/** The path of the first of these programs that is installed. */
export function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

const browser = onPath("chromium", "chromium-browser", "google-chrome");

/** Without WebGPU's two switches there is no adapter on a machine without a GPU. */
export function launchOptions({ webgpu = true } = {}) {
  const { args } = webdriver["goog:chromeOptions"];
  return {
    args: webgpu ? args : args.filter((flag) => !flag.includes("webgpu")),
    // Without a browser on the PATH (macOS, Windows), Playwright looks where Chrome is usually installed.
    ...(browser ? { executablePath: browser } : { channel: "chrome" }),
  };
}
