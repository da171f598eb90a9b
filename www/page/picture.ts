// Opens pictures of digits: the browser decodes them, and the engine reads them as the command line does.
import type { Client } from "../engine/client";
import { put } from "../model/on-pad";
import { openTool } from "../model/tools";
import { type OnPad, state } from "../state";
import type { Opener } from "./opener";

/** The first bytes of PNG and JPEG files. Browsers tell the type of other pictures. */
const SIGNATURES = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
];

/** Decoding a larger file takes long. */
const MAX_BYTES = 100e6;

export function pictureOpener(client: Client): Opener {
  return {
    takes: (first, { type }) =>
      type.startsWith("image/") || SIGNATURES.some((bytes) => bytes.every((byte, at) => first[at] === byte)),
    async open(file) {
      if (file.type.startsWith("image/svg"))
        throw new Error("This is an SVG drawing: export it as a PNG picture first");
      if (file.size > MAX_BYTES) {
        const megabytes = Math.ceil(file.size / 1e6);
        throw new Error(`The picture has ${megabytes} MB: pictures of at most ${MAX_BYTES / 1e6} MB are opened`);
      }
      const { data, width, height } = await pixelsOf(file);
      const { digit, line } = await client.call("readPicture", new Uint8Array(data.buffer), width, height);
      const step = state.status.value?.step ?? 0;
      if (digit !== null) {
        const picture: OnPad = { kind: "picture", pixels: digit };
        put(picture);
        state.opened.value = {
          step,
          words: `Opened ${file.name}: the digit in this picture is on the pad.`,
          assumed: null,
          holds: () => state.chosen.value === picture,
        };
      } else if (line !== null) {
        state.writing.value = line;
        openTool("number");
        state.opened.value = {
          step,
          words: `Opened ${file.name}: it has several digits, which "Read a number" reads.`,
          assumed: null,
          holds: () => state.writing.value === line,
        };
      }
    },
  };
}

/** Decodes a picture the right way up. Its colours stay as they are in the file, as the command line has them. */
async function pixelsOf(file: File): Promise<ImageData> {
  const bitmap = await createImageBitmap(file, {
    imageOrientation: "from-image",
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  }).catch(() => {
    throw new Error("The browser cannot decode this picture: it is damaged, or of a kind that it does not know");
  });
  const { width, height } = bitmap;
  const limit = state.limits.value?.picture ?? 0;
  if (width * height > limit) {
    bitmap.close();
    throw new Error(`The picture has ${width}×${height} pixels: scale it down to ${limit / 1e6} million at most`);
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("The browser has no memory for this picture: scale it down");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
