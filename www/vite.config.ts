// How the page is served while it is worked on (`vite`), bundled (`vite build`) and looked at once bundled (`vite preview`).

import { defineConfig } from "vite";
import { serveGzipFilesAsTheyAre } from "./vite/gzip.ts";
import { listSite } from "./vite/offline.ts";
import { closePages } from "./vite/policy.ts";

// Makes the page cross-origin isolated, which SharedArrayBuffer and fine-grained timers ask for.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // the built site works under any path
  appType: "mpa", // a missing file is a 404, not the page once more
  publicDir: false, // everything is imported, so everything gets a hashed name
  plugins: [serveGzipFilesAsTheyAre, closePages, listSite],
  build: {
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["index.html", "bench.html", "offline/service-worker.ts"],
      output: {
        // A browser knows a service worker by its address, and lets it answer only for what lies beside or below it.
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  server: { headers, host: "127.0.0.1", strictPort: true, fs: { allow: [".", "../assets"] } },
  preview: { headers, host: "127.0.0.1", strictPort: true },
});
