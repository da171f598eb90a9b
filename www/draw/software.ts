// Whether there is a GPU. Without one the browser draws in software, on the cores that train.

/** Drivers in software, by the names that they have in WebGL: Chromium's, Mesa's, Apple's and Windows's. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether the browser draws without a GPU, given the name of its renderer in WebGL; null if there is no WebGL at all. */
export function isWithoutGpu(renderer: string | null): boolean {
  return renderer === null || SOFTWARE.test(renderer);
}

/** The name of the browser's renderer in WebGL, as far as it tells; null if there is no WebGL at present. */
export function rendererName(): string | null {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (gl === null) return null;
  // Firefox gives the name without the extension, and others only with it.
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(named === null ? gl.RENDERER : named.UNMASKED_RENDERER_WEBGL);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return String(name);
}

let known: boolean | null = null;

/** Whether this browser draws without a GPU. */
export function withoutGpu(): boolean {
  known ??= isWithoutGpu(rendererName());
  return known;
}
