// Fetches MNIST's four files with progress in bytes and unpacks them; says which file fails and why.
import testImages from "../../assets/mnist/t10k-images-idx3-ubyte.gz?url";
import testLabels from "../../assets/mnist/t10k-labels-idx1-ubyte.gz?url";
import trainImages from "../../assets/mnist/train-images-idx3-ubyte.gz?url";
import trainLabels from "../../assets/mnist/train-labels-idx1-ubyte.gz?url";

/** The engine's name of each file, the file's own name for people, and where it lies. */
const FILES = [
  { name: "train-images", file: "train-images-idx3-ubyte.gz", url: trainImages },
  { name: "train-labels", file: "train-labels-idx1-ubyte.gz", url: trainLabels },
  { name: "test-images", file: "t10k-images-idx3-ubyte.gz", url: testImages },
  { name: "test-labels", file: "t10k-labels-idx1-ubyte.gz", url: testLabels },
];

export interface DataFile {
  name: string;
  file: string;
  bytes: Uint8Array;
}

/** All four at once; `progress` hears the sum over them, its total null while a server does not say. */
export async function fetchData(progress: (received: number, total: number | null) => void): Promise<DataFile[]> {
  const received = FILES.map(() => 0);
  const totals = FILES.map((): number | null => null);
  const report = () => {
    const total = totals.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
    progress(
      received.reduce((sum, each) => sum + each, 0),
      total,
    );
  };
  return Promise.all(
    FILES.map(async ({ name, file, url }, index) => {
      const packed = await download(file, new URL(url, import.meta.url), (bytes, total) => {
        received[index] = bytes;
        totals[index] = total;
        report();
      });
      return { name, file, bytes: await unpack(file, packed) };
    }),
  );
}

async function download(
  file: string,
  url: URL,
  progress: (received: number, total: number | null) => void,
): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`${file} cannot be fetched: ${sentence(error)}. Is the network there?`);
  }
  if (!response.ok) throw new Error(`${file} is missing: the server answers ${response.status} ${response.statusText}`);
  if (response.body === null) throw new Error(`${file} is empty`);
  const length = Number(response.headers.get("content-length"));
  // Under a Content-Encoding the length is the packed one, but the bytes that arrive are unpacked: no sum to go by.
  const encoding = response.headers.get("content-encoding") ?? "identity";
  const total = length > 0 && encoding === "identity" ? length : null;

  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  progress(0, total);
  const reader = response.body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      received += part.value.length;
      progress(received, total);
    }
  } catch (error) {
    throw new Error(`${file} broke off after ${received} bytes: ${sentence(error)}`);
  }
  return new Blob(parts);
}

/** Some servers have the browser unpack `.gz` on the way, so the file's first two bytes decide. */
async function unpack(file: string, blob: Blob): Promise<Uint8Array> {
  const magic = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return new Uint8Array(await blob.arrayBuffer());
  try {
    const unpacked = blob.stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (error) {
    throw new Error(`${file} is corrupt: it does not unpack (${sentence(error)})`);
  }
}

/** What went wrong in a caught value's own words. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
