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

/** Null if there is no adapter. `fallback` is true if the browser says that the adapter computes on the CPU. */
export async function adapter(): Promise<{ name: string; fallback: boolean } | null> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const found = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (found == null) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = found.info;
  const name = description || [vendor, architecture || device].filter(Boolean).join(" ") || "unnamed adapter";
  return { name, fallback: isFallbackAdapter === true };
}
