// Opens a file that the reader chose, dropped or pasted: its first bytes decide who takes it.
import type { Client } from "../engine/client";
import { state } from "../state";
import { networkOpener } from "./network-file";
import type { Opener } from "./opener";
import { pictureOpener } from "./picture";

/** The number of bytes that are read before a file's kind is known. */
const FIRST_BYTES = 512;

/** Opens the first of some files, of any kind, and shows why if it cannot be opened. One is opened at a time. */
export function openerOf(client: Client): (files: File[]) => Promise<void> {
  // The first that takes a file opens it. The last takes every file and says what it is.
  const openers: Opener[] = [pictureOpener(client), networkOpener(client)];
  let count = 0;
  let last = Promise.resolve();
  const open = async (file: File, isLast: () => boolean, only: string) => {
    if (!isLast()) return; // a later file wins
    try {
      const first = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
      await openers.find((opener) => opener.takes(first, file))?.open(file, first);
    } catch (error) {
      if (isLast()) state.notice.value = `${only}${file.name}: ${reason(error)}`;
    }
  };
  return ([file, ...others]) => {
    if (file === undefined) return last;
    count += 1;
    const own = count;
    const only = others.length === 0 ? "" : `Only ${file.name} is opened: files are opened one at a time. `;
    state.notice.value = only.trim() || null;
    last = last.then(() => open(file, () => own === count, only));
    return last;
  };
}

function reason(error: unknown): string {
  // The browser throws these for folders and for files that changed or vanished after they were chosen.
  const { name = "", message = String(error) } = error instanceof Error ? error : {};
  const isUnreadable = name === "NotReadableError" || name === "NotFoundError";
  return isUnreadable ? "The browser cannot read it. Is it a folder, or has it changed or gone?" : message;
}
