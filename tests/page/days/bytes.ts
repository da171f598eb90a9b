// Brings bytes from the page. They travel as text, because long lists of numbers take seconds.
import type { Page } from "@playwright/test";

/** Bytes that the page makes. */
export async function bytesOf(page: Page, make: () => Promise<Uint8Array>): Promise<Buffer> {
  const text = await page.evaluate(`(${make})().then((bytes) => {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  })`);
  return Buffer.from(text as string, "base64");
}
