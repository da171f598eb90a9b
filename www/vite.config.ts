// How the page is served while it is worked on (`vite`), bundled (`vite build`) and looked at once bundled (`vite preview`).

import { defineConfig, type Plugin, type PreviewServer, type ViteDevServer } from "vite";

// Makes the page cross-origin isolated, which SharedArrayBuffer and fine-grained timers ask for.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

// Vite would label `*.gz` "Content-Encoding: gzip": the browser then unpacks the file behind the page's back, and
// the bytes that arrive no longer add up to the Content-Length a progress bar goes by.
const serveGzipFilesAsTheyAre: Plugin = {
  name: "serve-gzip-files-as-they-are",
  configureServer,
  configurePreviewServer: configureServer,
};

function configureServer(server: ViteDevServer | PreviewServer): void {
  server.middlewares.use((request, response, next) => {
    if (request.url?.split("?")[0]?.endsWith(".gz")) response.setHeader("Content-Encoding", "identity");
    next();
  });
}

export default defineConfig({
  base: "./", // the built site works under any path
  appType: "mpa", // a missing file is a 404, not the page once more
  publicDir: false, // everything is imported, so everything gets a hashed name
  plugins: [serveGzipFilesAsTheyAre],
  build: { assetsInlineLimit: 0, rollupOptions: { input: ["index.html", "bench.html"] } },
  worker: { format: "es" },
  server: { headers, host: "127.0.0.1", strictPort: true, fs: { allow: [".", "../assets"] } },
  preview: { headers, host: "127.0.0.1", strictPort: true },
});
