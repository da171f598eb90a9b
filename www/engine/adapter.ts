// Reads the browser's description of its WebGPU adapter.

/** The part of WebGPU's `GPUAdapterInfo` that is used here; TypeScript does not declare it yet. */
interface AdapterInfo {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  isFallbackAdapter?: boolean;
}

interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<{ info: AdapterInfo } | null>;
}

/** A browser whose GPU process hangs does not answer at all. */
const PATIENCE_MS = 10_000;

/** Null if there is no adapter. `fallback` is true if the browser says that the adapter computes on the CPU. */
export async function adapter(): Promise<{ name: string; fallback: boolean } | null> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  if (gpu === undefined) return null;
  const asked = gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const found = await Promise.race([asked, late]);
  if (found == null) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = found.info;
  const name = description || [vendor, architecture || device].filter(Boolean).join(" ") || "unnamed adapter";
  return { name, fallback: isFallbackAdapter === true };
}
