// Keeps one build of the site, so that the page opens without a network, and makes the page cross-origin isolated where
// the server does not. A page, its engine and its data always come from the same build: a newer build is installed
// beside it, and replaces it when no page of the older one is open any more.
import type { Site } from "./site";

declare const self: ServiceWorkerGlobalScope;
/** vite/offline.ts writes it into the built worker. */
declare const SITE: Site;

// All sites of an origin share its caches, so the name contains the site's address.
const PREFIX = `lenet-live ${self.registration.scope} `;
const CACHE = PREFIX + SITE.version;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(removeOlder()));
self.addEventListener("fetch", (event) => {
  const file = event.request.method === "GET" ? fileOf(event.request) : null;
  // The folder may have pages that are not ours.
  if (file !== null) event.respondWith(answer(event, file));
});

/** Fetches all files. If one of them is missing or belongs to another build, nothing is installed. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const pages = Object.entries(SITE.pages).map(
    ([file, integrity]) => new Request(file, { cache: "no-cache", integrity }),
  );
  try {
    await cache.addAll([...pages, ...SITE.assets]);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function removeOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

async function answer(event: FetchEvent, file: string): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(CACHE);
  // The page asks so for a file that turned out to be corrupt.
  const again = request.cache === "reload";
  const kept = again ? undefined : await cache.match(file, { ignoreVary: true });
  if (kept !== undefined) return isolated(kept);
  const response = await fetch(request);
  if (again && response.ok) await cache.put(file, response.clone());
  // A person may have emptied the cache. If the server has a newer build by now, this fails, and that build is installed.
  if (!again && file in SITE.pages) event.waitUntil(install().catch(() => {}));
  return isolated(response);
}

/** The file of the site that is asked for, as `SITE` names it; null if it is no file of the site. */
function fileOf({ url }: Request): string | null {
  const { origin, pathname } = new URL(url);
  const { scope } = self.registration;
  if (!`${origin}${pathname}`.startsWith(scope)) return null;
  // A folder's address means its index.html, and what follows a "?" is the page's own business.
  const file = `${origin}${pathname}`.slice(scope.length) || "index.html";
  return file in SITE.pages || SITE.assets.includes(file) ? file : null;
}

/** A response with the two headers that SharedArrayBuffer needs. */
function isolated({ body, status, statusText, headers: given }: Response): Response {
  const headers = new Headers(given);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  return new Response(body, { status, statusText, headers });
}
