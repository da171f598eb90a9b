// Serves the built site, the other trainers and MNIST's files, at a limited speed and without isolation if asked.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * `isolated`: send the headers that allow shared memory. `bytesPerSecond`: the speed of MNIST's files together. `dist`: the
 * folder of the built site, to compare two builds.
 */
export async function serve({ isolated = true, bytesPerSecond = Number.POSITIVE_INFINITY, dist = "www/dist" } = {}) {
  const connection = new Connection(bytesPerSecond);
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    let bytes;
    try {
      bytes = file(path, dist);
    } catch {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Content-Length": bytes.length,
      ...(isolated && {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      }),
    });
    if (extname(path) === ".gz") connection.send(response, bytes);
    else response.end(bytes);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function file(path, dist) {
  if (path.startsWith("/data/")) return gunzipSync(readFileSync(join(root, "assets/mnist", `${path.slice(6)}.gz`)));
  return readFileSync(path.startsWith("/peers/") ? join(root, "benches", path) : join(resolve(root, dist), path));
}

/** A connection of limited speed: every 20 ms all files on it share the bytes that fit into that time. */
class Connection {
  #waiting = new Set();

  constructor(bytesPerSecond) {
    this.portion = bytesPerSecond / 50;
  }

  send(response, bytes) {
    if (!Number.isFinite(this.portion)) return response.end(bytes);
    const entry = { response, bytes, sent: 0 };
    this.#waiting.add(entry);
    response.on("close", () => this.#waiting.delete(entry));
    if (this.#waiting.size === 1) this.#tick();
  }

  #tick() {
    for (const entry of this.#waiting) {
      const end = entry.sent + Math.ceil(this.portion / this.#waiting.size);
      entry.response.write(entry.bytes.subarray(entry.sent, end));
      entry.sent = end;
      if (end >= entry.bytes.length) {
        entry.response.end();
        this.#waiting.delete(entry);
      }
    }
    if (this.#waiting.size > 0) setTimeout(() => this.#tick(), 20);
  }
}
