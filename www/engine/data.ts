// Fetches and unpacks MNIST's four files and reports progress in bytes. An error names the file and the reason.
import digests from "../../assets/mnist/crc32.json";
import testImages from "../../assets/mnist/t10k-images-idx3-ubyte.gz?url";
import testLabels from "../../assets/mnist/t10k-labels-idx1-ubyte.gz?url";
import trainImages from "../../assets/mnist/train-images-idx3-ubyte.gz?url";
import trainLabels from "../../assets/mnist/train-labels-idx1-ubyte.gz?url";
import { isWebPage, notFetched, notSent, sentence } from "./fault";

/** The engine's name of a file, the name that people see, and its address. */
export interface DataFile {
  name: string;
  file: string;
  url: string;
  /** The CRC-32 of the unpacked file, or of each thousand of the training images. */
  digests: number[];
}

/** The files that are needed whole before training. They are small: the test images have 1.6 MB. */
export const SMALL: DataFile[] = [
  { name: "train-labels", file: "train-labels-idx1-ubyte.gz", url: trainLabels, digests: digests["train-labels"] },
  { name: "test-images", file: "t10k-images-idx3-ubyte.gz", url: testImages, digests: digests["test-images"] },
  { name: "test-labels", file: "t10k-labels-idx1-ubyte.gz", url: testLabels, digests: digests["test-labels"] },
];

/** The training images have 9.7 MB, but the first of them are enough to begin training. */
export const TRAIN_IMAGES: DataFile = {
  name: "train-images",
  file: "train-images-idx3-ubyte.gz",
  url: trainImages,
  digests: digests["train-images"],
};

/** The bytes that have been received and the bytes of the whole file; null if the server does not say. */
type Progress = (received: number, total: number | null) => void;

/** Adds up the progress of several files for `report`. */
export class Sum {
  private readonly files = new Map<DataFile, { received: number; total: number | null }>();

  constructor(
    files: DataFile[],
    private readonly report: Progress,
  ) {
    for (const file of files) this.files.set(file, { received: 0, total: null });
  }

  of(file: DataFile): Progress {
    return (received, total) => {
      this.files.set(file, { received, total });
      const all = [...this.files.values()];
      this.report(
        all.reduce((sum, each) => sum + each.received, 0),
        all.reduce<number | null>((sum, each) => (sum === null || each.total === null ? null : sum + each.total), 0),
      );
    };
  }
}

/** A fault of a file's bytes. The browser's cache may have them, so the file is asked for once more without the cache. */
export class Corrupt extends Error {}

/** The time after which a connection that brings nothing counts as broken. */
const STALL_MS = 30_000;

/** A connection that broke after the first bytes, or a server that fails: both may be better the next time. */
export class Broken extends Error {}

/** How often a file is asked for that is needed and whose bytes, connection or server are at fault. */
export const ASKED = 2;

/** Fetches a whole file, unpacks it and loads it. */
export async function fetchWhole(file: DataFile, progress: Progress, load: (bytes: Uint8Array) => Promise<void>) {
  for (let asked = 1; ; asked++) {
    try {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const part of fetchParts(file, progress, asked > 1)) parts.push(part);
      return await load(new Uint8Array(await new Blob(parts).arrayBuffer()));
    } catch (error) {
      if (asked === ASKED || !(error instanceof Corrupt || error instanceof Broken)) throw error;
    }
  }
}

/** Fetches a file, past the browser's cache if it is asked for `afresh`, and unpacks each part when it arrives. */
export async function* fetchParts(
  file: DataFile,
  progress: Progress,
  afresh: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = download(file, progress, afresh);
  const first = await packed.next();
  if (first.done) throw new Corrupt(`${file.file} is empty`);
  if (isWebPage(first.value)) {
    throw new Corrupt(`${file.file} cannot be used: byte 0 is a "<", so the server sends a web page in its place`);
  }
  // Some servers make the browser unpack `.gz` files, so the first two bytes decide whether to unpack.
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield first.value;
    yield* packed;
    return;
  }
  let broken: unknown = null;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first.value),
    async pull(controller) {
      try {
        const next = await packed.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        broken = error;
        controller.error(error);
      }
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } catch (error) {
    throw broken ?? new Corrupt(`${file.file} is corrupt: it does not unpack (${sentence(error)})`);
  }
}

async function* download(
  { file, url }: DataFile,
  progress: Progress,
  afresh: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const abort = new AbortController();
  const { signal } = abort;
  let response: Response;
  try {
    const asked = fetch(new URL(url, import.meta.url), { cache: afresh ? "reload" : "default", signal });
    response = await unlessStalled(asked, abort);
  } catch (error) {
    throw new Error(notFetched(file, error));
  }
  if (response.status >= 500) throw new Broken(notSent(file, response));
  if (!response.ok) throw new Error(notSent(file, response));
  if (response.body === null) throw new Corrupt(`${file} is empty`);
  const length = Number(response.headers.get("content-length"));
  // With a Content-Encoding, the length is that of the packed bytes, but unpacked bytes arrive. So the total is
  // unknown.
  const encoding = response.headers.get("content-encoding") ?? "identity";
  const total = length > 0 && encoding === "identity" ? length : null;

  let received = 0;
  progress(0, total);
  const reader = response.body.getReader();
  try {
    const next = () => unlessStalled(reader.read(), abort);
    for (let part = await next(); !part.done; part = await next()) {
      received += part.value.length;
      progress(received, total);
      yield part.value;
    }
  } catch (error) {
    throw new Broken(`${file} broke off after ${received} bytes: ${sentence(error)}`);
  }
}

/** Waits for the server, but not for ever: a line can be dead without being broken. */
async function unlessStalled<T>(answer: Promise<T>, abort: AbortController): Promise<T> {
  const stalled = () => abort.abort(new Error(`nothing has arrived for ${STALL_MS / 1000} seconds`));
  const patience = setTimeout(stalled, STALL_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(patience);
  }
}
