// Keeps the site in the browser, so that it opens without a network from the second visit.

/** Installs the service worker. All data should have arrived, or it is fetched twice. */
export function keepSite(): void {
  // While the page is worked on, every change must be seen at once.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Some private windows refuse it; then the page needs the network next time too.
  navigator.serviceWorker.register(new URL("service-worker.js", document.baseURI)).catch(() => {});
}
