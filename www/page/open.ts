// Opens a file that the reader chose, dropped or pasted: its first bytes decide who takes it.
import type { Client } from "../engine/client";
import { state } from "../state";
import { networkOpener } from "./network-file";
import type { Opener } from "./opener";
import { pictureOpener } from "./picture";

/** The number of bytes that are read before a file's kind is known. */
const FIRST_BYTES = 512;

/** Opens any file, and shows why if it cannot be opened. */
export function openerOf(client: Client): (file: File) => Promise<void> {
  // The first that takes a file opens it. The last takes every file and says what it is.
  const openers: Opener[] = [pictureOpener(client), networkOpener(client)];
  return async (file) => {
    state.notice.value = null;
    try {
      const first = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
      await openers.find((opener) => opener.takes(first, file))?.open(file, first);
    } catch (error) {
      state.notice.value = `${file.name}: ${reason(error)}`;
    }
  };
}

function reason(error: unknown): string {
  // The browser throws these for folders and for files that changed or vanished after they were chosen.
  const { name = "", message = String(error) } = error instanceof Error ? error : {};
  const isUnreadable = name === "NotReadableError" || name === "NotFoundError";
  return isUnreadable ? "The browser cannot read it. Is it a folder, or has it changed or gone?" : message;
}
