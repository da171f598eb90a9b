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
    if (!response.ok) return `${file} is missing: the server answers ${response.status} ${response.statusText}`.trim();
    const bytes = new Uint8Array(await response.arrayBuffer());
    return isWebPage(bytes) ? `${file} is missing: the server sends a web page in its place` : check(response, bytes);
  } catch (error) {
    return `${file} cannot be fetched: ${sentence(error)}. Is the network there?`;
  }
}
