// Why the engine could not be compiled. It is asked only then, so it takes the time to try everything.
import { faultOf, sentence } from "./fault";
import wasm from "./pkg/lenet_bg.wasm?url";

/** The address of the engine. */
export const ENGINE = new URL(wasm, import.meta.url);

/** The smallest module: only the magic number and the version. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
/** A module with a function that uses a vector, as in the library wasm-feature-detect. */
const SIMD = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 0xfd, 15, 0xfd],
  ...[98, 11],
);

/** The reason, as a sentence for people. */
export async function whyNoEngine(error: unknown): Promise<string> {
  if (typeof WebAssembly === "undefined") {
    return "This browser has no WebAssembly, or it is switched off (as in a lockdown mode): the engine needs it";
  }
  try {
    new WebAssembly.Module(EMPTY);
  } catch {
    return "The server's Content-Security-Policy forbids WebAssembly: its script-src needs 'wasm-unsafe-eval'";
  }
  if (!WebAssembly.validate(SIMD)) {
    return "This browser's WebAssembly has no SIMD: Chrome and Edge have it since version 91, Firefox since 89, Safari since 16.4";
  }
  const why = await whyNoModule("The engine's file lenet_bg.wasm", ENGINE, error);
  return why ?? `The engine did not start: ${sentence(error)}`;
}

/** What is wrong with a file of the engine that could not be compiled; null if it is not the file's fault. */
export async function whyNoModule(file: string, url: URL, error: unknown): Promise<string | null> {
  const fault = await faultOf(file, url, (_, bytes) =>
    EMPTY.every((byte, i) => bytes[i] === byte) ? null : `${file} is corrupt: it does not begin like WebAssembly`,
  );
  if (fault !== null || !(error instanceof WebAssembly.CompileError)) return fault;
  return `${file} is damaged on its way here: it was asked for twice, and WebAssembly refuses it (${sentence(error)})`;
}
