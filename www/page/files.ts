// Files that are downloaded, and files that are dropped or pasted anywhere on the page.
import { actions } from "../state";

/** Lets the browser download bytes as a file. */
export function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  // The browser must have begun to read the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Accepts files dropped or pasted anywhere on the page, which is marked while a file is dragged over it. */
export function startDropping(): void {
  const hover = (on: boolean): void => {
    document.documentElement.classList.toggle("dropping", on);
  };
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // otherwise the browser would open the file instead of the page
    hover(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) hover(false);
  });
  addEventListener("drop", (event) => {
    hover(false);
    take(event, event.dataTransfer);
  });
  addEventListener("paste", (event) => take(event, event.clipboardData));
}

/** Opens files that came with an event. */
function take(event: Event, transfer: DataTransfer | null): void {
  const files = [...(transfer?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  actions.openFiles(files);
}

/** Distinguishes files from rows of the list of layers, which are dragged too. */
function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
