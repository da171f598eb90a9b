// Draws the blocks with WebGL2. Every plane is a rectangle, whose units take their colours from a texture with the
// layer's numbers in memory order. A layer's numbers are uploaded only when they have changed, and all its planes are
// drawn in one call.
import type { Scale } from "../draw/colour/colour";
import type { Range } from "../draw/colour/range";
import { type Block, heightOf } from "./blocks";

/** The width of a texture. */
const ROW = 1024;

const VERTEX = `#version 300 es
precision highp int;
uniform mat4 camera;
uniform vec4 place; // x of the first plane, from one to the next, side of a unit, rise from one to the next
uniform float lowest; // the height of the first plane's middle
uniform ivec4 shape; // rows, columns, units in all, whether they are cells
out vec2 at; // column and row
flat out int plane;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = corner * vec2(shape.y, shape.x);
  plane = gl_InstanceID;
  vec2 size = vec2(shape.y, shape.x) * place.z;
  float middle = lowest + float(plane) * place.w;
  float along = place.x + float(plane) * place.y;
  gl_Position = camera * vec4(along, middle + (0.5 - corner.y) * size.y, (corner.x - 0.5) * size.x, 1);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D values;
uniform lowp sampler2D scale;
uniform vec2 range;
uniform vec4 edge;
uniform ivec4 shape;
in vec2 at;
flat in int plane;
out vec4 colour;
void main() {
  ivec2 unit = min(ivec2(at), shape.yx - 1);
  int index = (plane * shape.x + unit.y) * shape.y + unit.x;
  if (index >= shape.z) discard;
  vec2 within = fract(at);
  if (shape.w == 1 && (min(within.x, within.y) < 0.06 || max(within.x, within.y) > 0.94)) discard;
  float value = texelFetch(values, ivec2(index % ${ROW}, index / ${ROW}), 0).r;
  float share = (value - range.x) / (range.y - range.x);
  colour = texelFetch(scale, ivec2(clamp(share * 255.0 + 0.5, 0.0, 255.0), 0), 0);
  vec2 border = min(at, vec2(shape.yx) - at) / max(fwidth(at), 1e-6);
  if (shape.w == 0) colour = mix(edge, colour, clamp(min(border.x, border.y) - 0.3, 0.0, 1.0));
}`;

export interface Layer {
  block: Block;
  values: Float32Array;
  range: Range;
  scale: Scale;
}

export class Renderer {
  /** The number of layers uploaded so far. */
  uploads = 0;
  private readonly program: WebGLProgram;
  private readonly places = new Map<string, WebGLUniformLocation | null>();
  private readonly textures = new Map<number, { texture: WebGLTexture; padded: Float32Array; count: number }>();
  private readonly scales = new Map<Scale, WebGLTexture>();

  constructor(private readonly gl: WebGL2RenderingContext) {
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ] as const) {
      const shader = gl.createShader(kind);
      if (shader === null) throw new Error("WebGL has no more shaders");
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS))
      throw new Error(gl.getProgramInfoLog(program) ?? "no program");
    this.program = program;
  }

  /** `edge`: the colour of a plane's rim, red, green, blue from 0 to 1. */
  draw(layers: Layer[], camera: Float32Array, edge: readonly number[]): void {
    const { gl } = this;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(this.at("camera"), false, camera);
    gl.uniform4f(this.at("edge"), edge[0] ?? 0, edge[1] ?? 0, edge[2] ?? 0, 1);
    gl.uniform1i(this.at("values"), 0);
    gl.uniform1i(this.at("scale"), 1);
    for (const { block, values, range, scale } of layers) {
      this.upload(block.layer, values);
      gl.activeTexture(gl.TEXTURE1);
      gl.bindTexture(gl.TEXTURE_2D, this.scale(scale));
      gl.uniform4f(this.at("place"), block.x, block.spacing, block.unit, block.rise);
      gl.uniform1f(this.at("lowest"), heightOf(block, 0));
      gl.uniform4i(this.at("shape"), block.rows, block.columns, block.count, block.cells ? 1 : 0);
      gl.uniform2f(this.at("range"), range.low, range.high);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, block.planes);
    }
  }

  dispose(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private at(name: string): WebGLUniformLocation | null {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    const place = this.gl.getUniformLocation(this.program, name);
    this.places.set(name, place);
    return place;
  }

  /** Binds a layer's numbers, and uploads them if they have changed. */
  private upload(layer: number, values: Float32Array): void {
    const { gl } = this;
    const rows = Math.ceil(values.length / ROW);
    let kept = this.textures.get(layer);
    gl.activeTexture(gl.TEXTURE0);
    if (kept?.count !== values.length) {
      if (kept) gl.deleteTexture(kept.texture);
      kept = {
        texture: gl.createTexture(),
        padded: new Float32Array(rows * ROW).fill(Number.NaN),
        count: values.length,
      };
      this.textures.set(layer, kept);
      gl.bindTexture(gl.TEXTURE_2D, kept.texture);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R32F, ROW, rows);
      this.plain();
    } else {
      gl.bindTexture(gl.TEXTURE_2D, kept.texture);
    }
    const { padded } = kept;
    if (values.every((value, i) => value === padded[i])) return;
    padded.set(values);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ROW, rows, gl.RED, gl.FLOAT, padded);
    this.uploads++;
  }

  private scale(scale: Scale): WebGLTexture {
    const { gl } = this;
    const known = this.scales.get(scale);
    if (known) return known;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const bytes = new Uint8Array(scale.buffer, scale.byteOffset, scale.byteLength);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, scale.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    this.plain();
    this.scales.set(scale, texture);
    return texture;
  }

  private plain(): void {
    const { gl } = this;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }
}
