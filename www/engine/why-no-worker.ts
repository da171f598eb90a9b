// Why the engine's worker could not be started. It is asked only then.
import { faultOf } from "./fault";

/** The directives of a Content-Security-Policy that have forbidden something so far. */
const forbidden = new Set<string>();
globalThis.addEventListener?.("securitypolicyviolation", (event) => {
  forbidden.add((event as SecurityPolicyViolationEvent).effectiveDirective);
});

/** The reason why there can be no worker at all; null if there is none. */
export function whyNoWorkers(): string | null {
  if (typeof Worker !== "undefined") return null;
  return "This browser has no web workers, or they are switched off: the engine runs in one";
}

/** The reason why the script at this address did not run as a worker, as a sentence for people. */
export async function whyNoWorker(url: URL, message: string | undefined): Promise<string> {
  if (forbidden.has("worker-src")) {
    return "The server's Content-Security-Policy forbids workers: its worker-src needs 'self'";
  }
  const file = `The engine's script ${url.pathname.split("/").at(-1)}`;
  const fault = await faultOf(file, url, ({ headers }) => {
    const type = headers.get("content-type") ?? "no type";
    if (!/javascript/i.test(type)) return `${file} is sent as ${type}: the server has to send it as text/javascript`;
    if (crossOriginIsolated && !headers.has("cross-origin-embedder-policy")) {
      return `${file} is sent without the header Cross-Origin-Embedder-Policy, which the page has: send both alike`;
    }
    return null;
  });
  return (
    fault ??
    `The engine's worker failed: ${message ?? `the browser does not say why, and ${url.pathname.split("/").at(-1)} may be damaged`}`
  );
}
