// Tells the service worker which files make up the site, once they are written.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { Site } from "../offline/site";
import { digest } from "./policy.ts";

export const SERVICE_WORKER = "service-worker.js";

export const listSite: Plugin = {
  name: "list-site",
  apply: "build",
  writeBundle: ({ dir }) => {
    if (dir !== undefined) stamp(dir);
  },
};

/**
 * Writes the list of the files in `folder` into its service worker. A browser compares the worker's bytes with those
 * that it has, so another list is another version of the site.
 */
export function stamp(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== SERVICE_WORKER)
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length).replaceAll("\\", "/"))
    .sort();
  const site: Site = {
    version: digest(files.map((file) => digest(readFileSync(join(folder, file)))).join()),
    // The names of other files contain a hash of their content already.
    pages: Object.fromEntries(
      files.filter((file) => file.endsWith(".html")).map((file) => [file, digest(readFileSync(join(folder, file)))]),
    ),
    assets: files.filter((file) => !file.endsWith(".html")),
  };
  const path = join(folder, SERVICE_WORKER);
  const code = readFileSync(path, "utf8").replace(/^const SITE = .*;\n/, "");
  writeFileSync(path, `const SITE = ${JSON.stringify(site)};\n${code}`);
}
