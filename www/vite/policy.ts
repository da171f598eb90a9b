// Writes a Content-Security-Policy into each page of the built site: nothing is loaded from another origin.
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const SCRIPT = /<script>([\s\S]*?)<\/script>/g;

export const closePages: Plugin = {
  name: "close-pages",
  apply: "build", // while the page is worked on, Vite adds styles and scripts of its own to it
  transformIndexHtml: {
    order: "post",
    handler: (html) => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy(html) },
        injectTo: "head-prepend", // it holds only for what comes after it
      },
    ],
  },
};

function policy(html: string): string {
  const inline = [...html.matchAll(SCRIPT)].map(([, script = ""]) => `'${digest(script)}'`);
  return [
    "default-src 'self'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...inline].join(" "),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The SHA-256 digest in the form that policies and the `integrity` of requests use. */
export function digest(content: string | Uint8Array): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
