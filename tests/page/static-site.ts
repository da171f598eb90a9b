// A static host such as GitHub Pages: the built site lies in a folder of an origin, and no header isolates it.
import { cpSync, createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";

const DIST = resolve(__dirname, "../../www/dist");
const FOLDER = "/lenet/";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export class StaticSite {
  /** A copy of the built site, which a test may change. */
  readonly folder = mkdtempSync(join(tmpdir(), "lenet-site-"));
  private server: Server | null = null;
  private port = 0;

  constructor() {
    cpSync(DIST, this.folder, { recursive: true });
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}${FOLDER}`;
  }

  /** Serves the folder; a second time at the same address. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", this.address);
      const file = join(this.folder, pathname.slice(FOLDER.length) || "index.html");
      if (!pathname.startsWith(FOLDER) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
        response.writeHead(404).end("There is no such file."); // without words, Chromium shows a page of its own
        return;
      }
      response.writeHead(200, {
        "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
        "Content-Length": statSync(file).size,
        "Cache-Control": "max-age=600",
      });
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((listening) => server.listen(this.port, "127.0.0.1", listening));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Ends the server and all connections, as if the network were gone. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
