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
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
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

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  // The page asks so for a file that turned out to be corrupt.
  const again = request.cache === "reload";
  const kept = again ? undefined : await cache.match(...keyOf(request));
  if (kept !== undefined) return isolated(kept);
  const response = await fetch(request);
  if (again && response.ok) await cache.put(request, response.clone());
  return isolated(response);
}

/** A folder's address means its index.html, and what follows a "?" is the page's own business. */
function keyOf(request: Request): [string, CacheQueryOptions] {
  return [request.url.replace(/\/(?=[?#]|$)/, "/index.html"), { ignoreSearch: true, ignoreVary: true }];
}

/** A response with the two headers that SharedArrayBuffer needs. */
function isolated({ body, status, statusText, headers: given }: Response): Response {
  const headers = new Headers(given);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  return new Response(body, { status, statusText, headers });
}
