// The service worker: the page opens without a network, is isolated from the second visit, and is always of one build.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { stamp } from "../../www/vite/offline";
import { expect, open, test } from "./page";
import { StaticSite } from "./static-site";

test.use({ serviceWorkers: "allow" });

let site: StaticSite;
test.beforeEach(async () => {
  site = new StaticSite();
  await site.start();
});
test.afterEach(() => site.remove());

/** The first visit, until the service worker has kept everything. */
async function visit(page: Page): Promise<void> {
  await open(page, site.address);
  await page.evaluate(() => navigator.serviceWorker.ready);
}

test("the second visit is isolated and needs no network", async ({ page }) => {
  await visit(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.evaluate(() => window.lenet.train({ steps: 5 }));
  await site.stop();
  await open(page, `${site.address}#preset=nielsen1`);
  await page.reload();
  await page.evaluate(() => window.lenet.ready);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const { step, preset } = await page.evaluate(() => window.lenet.train({ steps: 5 }));
  expect([step, preset]).toEqual([5, "nielsen1"]);
});

test("other pages of the folder are left alone, and an emptied cache is filled again", async ({ page }) => {
  const other = join(site.folder, "other.html");
  writeFileSync(other, `<!doctype html><link rel="icon" href="data:,">`);
  await visit(page);
  await page.goto(`${site.address}other.html`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);

  const kept = () =>
    page.evaluate(async () => (await (await caches.open((await caches.keys())[0] ?? "")).keys()).length);
  const all = await kept();
  await page.evaluate(async () => Promise.all((await caches.keys()).map((name) => caches.delete(name))));
  await open(page, site.address);
  await expect.poll(kept).toBe(all);
  await site.stop();
  await open(page, site.address);
});

test("a newer build replaces the older one whole", async ({ page }) => {
  await visit(page);
  publishAnother();
  // The older build stays while its page is open, even where only part of it was loaded.
  await page.reload();
  await page.evaluate(() => window.lenet.ready);
  expect((await loaded(page)).some(isAnother)).toBe(false);
  await page.evaluate(() =>
    navigator.serviceWorker.getRegistration().then(
      (registration) =>
        new Promise<void>((installed) => {
          const look = () => (registration?.waiting ? installed() : setTimeout(look, 50));
          look();
        }),
    ),
  );
  // The worker that waits takes over when the last page of the older build is gone. A page outside the site sees it.
  const outside = await page.context().newPage();
  await outside.goto(new URL("/", site.address).href);
  await page.goto("about:blank");
  const waits = (scope: string) =>
    navigator.serviceWorker.getRegistration(scope).then((registration) => registration?.waiting !== null);
  await expect.poll(() => outside.evaluate(waits, site.address)).toBe(false);
  await open(page, site.address);
  expect((await loaded(page)).filter((file) => !isAnother(file))).toEqual([]);
});

/** The scripts and WebAssembly that the page and its workers have loaded, which must come from one build. */
async function loaded(page: Page): Promise<string[]> {
  const own = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const workers = page.workers().map((worker) => worker.url());
  return [...new Set([...own, ...workers])].filter((name) => /\.(js|wasm)$/.test(name)).sort();
}

const isAnother = (file: string) => file.includes("-another.");

/** Publishes a build in which every script and the engine have other names. */
function publishAnother(): void {
  const assets = join(site.folder, "assets");
  const names = readdirSync(assets).filter((name) => /\.(js|wasm)$/.test(name));
  const another = (name: string) => name.replace(/\.(js|wasm)$/, "-another.$1");
  for (const name of names) renameSync(join(assets, name), join(assets, another(name)));
  const texts = [
    ...readdirSync(site.folder).filter((name) => name.endsWith(".html")),
    ...names.filter((name) => name.endsWith(".js")).map((name) => join("assets", another(name))),
  ];
  for (const text of texts) {
    const path = join(site.folder, text);
    writeFileSync(
      path,
      names.reduce((all, name) => all.replaceAll(name, another(name)), readFileSync(path, "utf8")),
    );
  }
  stamp(site.folder);
}
