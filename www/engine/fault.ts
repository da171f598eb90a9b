// Finds out what is wrong with a file of the page that could not be used.

/** The first byte of a web page. */
const LESS_THAN = 0x3c;

/** The message of a caught value, which need not be an `Error`. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a file begins like a web page, which some servers send in place of a missing file. */
export function isWebPage(bytes: Uint8Array): boolean {
  return bytes[0] === LESS_THAN;
}

/** What is wrong with the file at this address; null if nothing is, or only what `check` finds. */
export async function faultOf(
  file: string,
  url: URL,
  check: (response: Response, bytes: Uint8Array) => string | null,
): Promise<string | null> {
  try {
    const response = await fetch(url);
    if (!response.ok) return notSent(file, response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return isWebPage(bytes) ? `${file} is missing: the server sends a web page in its place` : check(response, bytes);
  } catch (error) {
    return notFetched(file, error);
  }
}

/** That a request for a file got no answer. */
export function notFetched(file: string, error: unknown): string {
  return `${file} cannot be fetched (${sentence(error)}): there is no network, or a policy or an extension forbids it`;
}

/** That the server answered a request for a file with an error. */
export function notSent(file: string, { status, statusText }: Response): string {
  const what = status === 404 || status === 410 ? "is missing" : "cannot be fetched";
  return `${file} ${what}: the server answers ${status} ${statusText}`.trim();
}
