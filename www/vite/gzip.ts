// Serves `*.gz` as the files they are.
import type { Plugin, PreviewServer, ViteDevServer } from "vite";

// Vite would label them "Content-Encoding: gzip": the browser then unpacks them behind the page's back, and the bytes
// that arrive no longer add up to the Content-Length a progress bar goes by.
export const serveGzipFilesAsTheyAre: Plugin = {
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
