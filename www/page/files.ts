// Files that leave the page and come into it: by a button, or dropped anywhere.
import { actions } from "../state";

/** Hands bytes to the browser as a file. */
export function download(name: string, bytes: Uint8Array): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  link.download = name;
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A file may be dropped anywhere on the page; while one is over it, the page says so. */
export function startDropping(): void {
  const hover = (on: boolean): void => {
    document.documentElement.classList.toggle("dropping", on);
  };
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // or the browser would open it instead of the page
    hover(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) hover(false);
  });
  addEventListener("drop", (event) => {
    hover(false);
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    actions.openRun(file);
  });
}

/** Rows of the list of layers are dragged too. */
function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
