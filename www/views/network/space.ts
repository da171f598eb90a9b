// The network in space: every layer is a block of its feature maps, live. Dragging orbits it, with Shift it moves it. The
// wheel zooms once the picture has been clicked, and a double click frames a layer.
import { Surface } from "../../draw/canvas";
import { scale } from "../../draw/colour/colour";
import { layerRanges, scaleKind } from "../../draw/colour/ranges";
import { inkOf } from "../../draw/ink";
import { layout } from "../../draw/layout/network";
import type { Layout } from "../../draw/layout/volumes";
import { lastOf } from "../../draw/memo";
import { unitName, unitValue } from "../../draw/names";
import { rendererName, withoutGpu } from "../../draw/software";
import { Tip } from "../../draw/tip";
import type { Description } from "../../engine/pkg/lenet";
import { projecting } from "../../model/screen";
import { type Block, blocksOf, cornersOf, unitQuad } from "../../space/blocks";
import {
  type Camera,
  framing,
  matrixOf,
  orbit,
  type Picture,
  pan,
  projector,
  rayThrough,
  zoom,
} from "../../space/camera";
import { paintOverlay } from "../../space/overlay";
import { pick } from "../../space/pick";
import { type Layer, Renderer } from "../../space/renderer";
import { state, type Unit } from "../../state";
import { isChord, keyOf } from "../parts/chord";
import { type Elements, listenTo, onChange } from "./listen";

export interface SpaceElements extends Elements {
  /** The canvas with the blocks. Names and cones are drawn on the other canvas, which lies over it. */
  blocks: HTMLCanvasElement;
  /** Called when the browser has taken WebGL away from that canvas, which stays blank from then on. */
  onLost: () => void;
}

/** The first view: from the left and a little from above, so that each layer's first map and its stack can be seen. */
const FIRST: Camera = { target: [0, 0, 0], distance: 1500, yaw: 0.74, pitch: 0.19 };
/** The first view of a picture that is very wide: from further to the side, and hardly from above. */
const FLAT: Camera = { ...FIRST, yaw: 0.52, pitch: 0.08 };
/** The first view of a picture that is higher than wide: the data flows away from the reader. */
const UPRIGHT: Camera = { ...FIRST, yaw: 1.12, pitch: 0.62 };
const MARGIN = { x: 74, top: 48, bottom: 62 };
/** A low picture has less room to spare, a narrow one has no sizes and scales, and a projector's has large names. */
const LOW = { below: 400, margin: { x: 74, top: 42, bottom: 46 } };
const SLIM = { below: 640, margin: { x: 24, top: 24, bottom: 12 } };
const PROJECTED = { x: 84, top: 64, bottom: 24 };
/** The maximum movement of a click, in pixels. */
const STILL = 4;
const NEARER = 1.25;

const isWide = ({ width, height }: Picture): boolean => width > 2.5 * height;

/** Whether there is WebGL; without it the network is drawn flat. A slow one is enough, because few frames are drawn. */
export function hasSpace(): boolean {
  return rendererName() !== null;
}

export interface Space {
  stop(): void;
  zoom(by: number): void;
  /** Goes back to the first view. */
  home(): void;
}

export function startSpace(elements: SpaceElements): Space {
  const { box, canvas, sign } = elements;
  const gl = elements.blocks.getContext("webgl2", {
    antialias: !withoutGpu(), // in software it takes 3 of the 45 ms of processor time that a snapshot costs
    alpha: true,
    premultipliedAlpha: true,
    preserveDrawingBuffer: true,
  });
  if (!gl) throw new Error("There is no WebGL in this browser: the flat picture shows the same");
  const renderer = new Renderer(gl);
  const tip = new Tip(sign);
  const blocks = lastOf<Block[]>();
  const ground = lastOf<Layout>();
  let picture: Picture = { width: 1, height: 1 };
  let camera: Camera | null = null;
  /** The network that the camera was set up for. */
  let framed: { network: Description; width: number; height: number } | null = null;
  /** Whether the reader has moved the camera, which then stays when the size changes. */
  let moved = false;

  const blocksNow = (network: Description): Block[] => {
    const wide = isWide(picture);
    return blocks([network, wide], () => blocksOf(network, wide));
  };
  const cameraNow = (network: Description): Camera => {
    const { width, height } = picture;
    const other = framed?.network !== network;
    if (camera === null || other || (!moved && (framed?.width !== width || framed.height !== height))) {
      const first = width < 1.3 * height ? UPRIGHT : isWide(picture) ? FLAT : FIRST;
      camera = framing(first, picture, blocksNow(network).flatMap(cornersOf), marginIn(picture));
      framed = { network, width, height };
      if (other) moved = false;
    }
    return camera;
  };

  const surface = new Surface({
    canvas,
    host: box,
    draw(context, size) {
      picture = size;
      const [network, view, ranges] = [state.description.peek(), state.view.peek(), layerRanges.peek()];
      if (!network) return;
      const now = cameraNow(network);
      const ink = inkOf(canvas);
      const at = blocksNow(network);
      resize(elements.blocks, size);
      const layers: Layer[] = at.flatMap((block) => {
        const values = block.layer < 0 ? view?.input : view?.activations[block.layer];
        if (!ranges || values?.length !== block.count) return [];
        return [
          { block, values, range: ranges(block.layer), scale: scale(scaleKind(network, block.layer), ink.theme) },
        ];
      });
      renderer.draw(layers, matrixOf(now, size), ink.theme === "dark" ? [0.45, 0.49, 0.53] : [0.45, 0.46, 0.48]);
      box.dataset.uploads = String(renderer.uploads);
      box.dataset.camera = [now.yaw, now.pitch, now.distance].map((each) => each.toFixed(3)).join(" ");
      const project = projector(now, size);
      const [hovered, pinned] = [state.hovered.peek(), state.pinned.peek()];
      const focus = hovered ?? pinned;
      paintOverlay(context, project, {
        network,
        blocks: at,
        view: ranges ? view : null,
        ranges: view ? ranges : null,
        focus,
        pinned,
        narrow: size.width < SLIM.below,
        ink,
      });
      const block = focus && at.find(({ layer }) => layer === focus.layer);
      if (focus && block && (hands.here || !hovered)) {
        const corners = unitQuad(block, focus).map(project);
        const [x, y] = [Math.min(...corners.map((p) => p.x)), Math.min(...corners.map((p) => p.y))];
        const rect = {
          x,
          y,
          width: Math.max(...corners.map((p) => p.x)) - x,
          height: Math.max(...corners.map((p) => p.y)) - y,
        };
        tip.show(unitName(network, focus), view && ranges ? unitValue(network, view, focus) : "", rect, size.width);
      } else tip.hide();
    },
  });

  const change = (make: (camera: Camera) => Camera): void => {
    const network = state.description.peek();
    if (!network) return;
    camera = make(cameraNow(network)); // a key may come before the first frame
    moved = true;
    surface.invalidate();
  };
  const home = (): void => {
    moved = false;
    camera = null;
    surface.invalidate();
  };
  const under = ({ offsetX, offsetY, target }: MouseEvent): Unit | null => {
    const network = state.description.peek();
    if (!network || !camera || target !== canvas || drag?.far) return null;
    return pick(blocksNow(network), rayThrough(camera, picture, offsetX, offsetY));
  };
  const frame = (layer: number | null): void => {
    const network = state.description.peek();
    if (!network) return;
    if (layer === null) {
      home();
      return;
    }
    const points = blocksNow(network)
      .filter((block) => block.layer === layer)
      .flatMap(cornersOf);
    change((now) => framing(now, picture, points, { x: 60, top: 48, bottom: 30 }));
  };

  // ---- pointers ----

  /** The last places of the pointers that are down, and whether a pointer has moved further than a click. */
  const down = new Map<number, { x: number; y: number }>();
  let drag: { far: boolean; x: number; y: number } | null = null;

  const listen = {
    pointerdown(event: Event) {
      const { pointerId, clientX: x, clientY: y } = event as PointerEvent;
      if (down.has(pointerId)) down.clear(); // its `pointerup` never came
      down.set(pointerId, { x, y });
      drag = { far: down.size > 1, x, y };
      // From now on the picture hears of this pointer, wherever it goes.
      if (event.target === canvas) canvas.setPointerCapture(pointerId);
    },
    pointermove(event: Event) {
      const { pointerId, pointerType, clientX: x, clientY: y, shiftKey, buttons } = event as PointerEvent;
      if (buttons === 0) {
        letGo(event); // if it was let go where no event was heard
        if (down.size === 0) drag = null;
      }
      const last = down.get(pointerId);
      if (!last || !drag) return;
      const [across, along] = [Math.abs(x - drag.x), Math.abs(y - drag.y)];
      // A finger that moves up or down scrolls the page, and the browser says so only after some pixels.
      drag.far ||= Math.hypot(across, along) > STILL && (pointerType !== "touch" || across > along);
      if (!drag.far) return;
      const other = [...down].find(([id]) => id !== pointerId)?.[1];
      down.set(pointerId, { x, y });
      if (other) {
        const by = Math.hypot(x - other.x, y - other.y) / Math.max(1, Math.hypot(last.x - other.x, last.y - other.y));
        change((now) => zoom(now, by));
        return;
      }
      const [dx, dy] = [x - last.x, y - last.y];
      change((now) => (shiftKey || buttons === 2 ? pan(now, picture, dx, dy) : orbit(now, dx, dy)));
    },
    pointerup: letGo,
    pointercancel: letGo,
    lostpointercapture: letGo,
    contextmenu: (event: Event) => event.preventDefault(),
    wheel(event: Event) {
      const { deltaY, ctrlKey, metaKey, altKey } = event as WheelEvent;
      // The wheel must not catch readers who only scroll past, or who enlarge the page.
      if (ctrlKey || metaKey || altKey || document.activeElement !== box) return;
      event.preventDefault();
      change((now) => zoom(now, Math.exp(-deltaY * 0.0015)));
    },
    dblclick(event: Event) {
      frame(under(event as MouseEvent)?.layer ?? null);
    },
    keydown(event: Event) {
      const key = keyOf(event as KeyboardEvent);
      const { altKey, ctrlKey, metaKey, shiftKey } = event as KeyboardEvent;
      const turns: Record<string, [number, number]> = {
        ...{ ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, 20], ArrowDown: [0, -20] },
      };
      const turn = turns[key];
      if (turn && altKey && !ctrlKey && !metaKey && !shiftKey) change((now) => orbit(now, ...turn));
      else if (isChord(event as KeyboardEvent)) return;
      else if (key === "+" || key === "=") change((now) => zoom(now, NEARER));
      else if (key === "-") change((now) => zoom(now, 1 / NEARER));
      else if (key === "0") home();
      else if (key === "f") frame((state.hovered.peek() ?? state.pinned.peek())?.layer ?? null);
      else return;
      event.preventDefault();
    },
    // This is heard before the click below, because the end of a drag is not a click.
    click(event: Event) {
      if (drag?.far) event.preventDefault();
      drag = null;
      box.focus({ preventScroll: true });
    },
  };
  function letGo(event: Event): void {
    down.delete((event as PointerEvent).pointerId);
  }
  for (const [name, listener] of Object.entries(listen)) box.addEventListener(name, listener, { passive: false });
  elements.blocks.addEventListener("webglcontextlost", elements.onLost);

  const hands = listenTo(elements, {
    under,
    ground() {
      const network = state.description.peek();
      return network ? ground([network], () => layout(network, { width: 1200, height: 400, ratio: 1 })).volumes : [];
    },
  });
  const stop = onChange(surface.invalidate);
  return {
    zoom: (by) => change((now) => zoom(now, by)),
    home,
    stop() {
      elements.blocks.removeEventListener("webglcontextlost", elements.onLost); // the renderer gives WebGL back
      stop();
      hands.stop();
      surface.dispose();
      renderer.dispose();
      delete box.dataset.uploads;
      delete box.dataset.camera;
      for (const [name, listener] of Object.entries(listen)) box.removeEventListener(name, listener);
    },
  };
}

function marginIn({ width, height }: Picture): typeof MARGIN {
  if (projecting.peek()) return PROJECTED;
  if (width < SLIM.below) return SLIM.margin;
  return height < LOW.below ? LOW.margin : MARGIN;
}

function resize(canvas: HTMLCanvasElement, { width, height, ratio }: { width: number; height: number; ratio: number }) {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === wide && canvas.height === high) return;
  canvas.width = wide;
  canvas.height = high;
}
