// Fetches and unpacks MNIST's four files and reports progress in bytes. An error names the file and the reason.
import testImages from "../../assets/mnist/t10k-images-idx3-ubyte.gz?url";
import testLabels from "../../assets/mnist/t10k-labels-idx1-ubyte.gz?url";
import trainImages from "../../assets/mnist/train-images-idx3-ubyte.gz?url";
import trainLabels from "../../assets/mnist/train-labels-idx1-ubyte.gz?url";

/** The engine's name of a file, the name that people see, and its address. */
export interface DataFile {
  name: string;
  file: string;
  url: string;
}

/** The files that are needed whole before training. They are small: the test images have 1.6 MB. */
export const SMALL: DataFile[] = [
  { name: "train-labels", file: "train-labels-idx1-ubyte.gz", url: trainLabels },
  { name: "test-images", file: "t10k-images-idx3-ubyte.gz", url: testImages },
  { name: "test-labels", file: "t10k-labels-idx1-ubyte.gz", url: testLabels },
];

/** The training images have 9.7 MB, but the first of them are enough to begin training. */
export const TRAIN_IMAGES: DataFile = { name: "train-images", file: "train-images-idx3-ubyte.gz", url: trainImages };

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

/** Fetches a whole file and unpacks it. */
export async function fetchWhole(file: DataFile, progress: Progress): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of fetchParts(file, progress)) parts.push(part);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Fetches a file and unpacks each part when it arrives. */
export async function* fetchParts(file: DataFile, progress: Progress): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = download(file, progress);
  const first = await packed.next();
  if (first.done) throw new Error(`${file.file} is empty`);
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
    throw broken ?? new Error(`${file.file} is corrupt: it does not unpack (${sentence(error)})`);
  }
}

async function* download({ file, url }: DataFile, progress: Progress): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(new URL(url, import.meta.url));
  } catch (error) {
    throw new Error(`${file} cannot be fetched: ${sentence(error)}. Is the network there?`);
  }
  if (!response.ok) throw new Error(`${file} is missing: the server answers ${response.status} ${response.statusText}`);
  if (response.body === null) throw new Error(`${file} is empty`);
  const length = Number(response.headers.get("content-length"));
  // With a Content-Encoding, the length is that of the packed bytes, but unpacked bytes arrive. So the total is
  // unknown.
  const encoding = response.headers.get("content-encoding") ?? "identity";
  const total = length > 0 && encoding === "identity" ? length : null;

  let received = 0;
  progress(0, total);
  const reader = response.body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      received += part.value.length;
      progress(received, total);
      yield part.value;
    }
  } catch (error) {
    throw new Error(`${file} broke off after ${received} bytes: ${sentence(error)}`);
  }
}

/** The message of a caught value, which need not be an `Error`. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
