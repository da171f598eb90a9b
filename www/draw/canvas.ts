// A canvas with the screen's resolution. It is drawn at most once per frame, when something has changed and it is in
// sight. It has its size even before, because otherwise the page below would jump when it scrolls into sight.
import { enough, Queue } from "./queue";
import { withoutGpu } from "./software";

export interface Size {
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

export interface Painting {
  canvas: HTMLCanvasElement;
  /** The element whose room the canvas may take. */
  host: HTMLElement;
  /** The canvas's own size in that room; the same if left out. */
  sizeIn?: (room: Size) => { width: number; height: number };
  draw: (context: CanvasRenderingContext2D, size: Size) => void;
}

/** All surfaces that wait for a frame. */
const queue = new Queue(requestAnimationFrame.bind(window), enough(withoutGpu()));

export class Surface {
  private readonly context: CanvasRenderingContext2D;
  private readonly resized: ResizeObserver;
  private readonly seen: IntersectionObserver;
  private visible = true;
  private stale = true;
  private resolution: MediaQueryList | null = null;
  /** Measured only when it may have changed: a measurement in every frame would make the browser lay out the page again. */
  private room: Size | null = null;

  constructor(private readonly painting: Painting) {
    this.context = painting.canvas.getContext("2d") as CanvasRenderingContext2D;
    this.resized = new ResizeObserver(this.onResize);
    this.resized.observe(painting.host);
    // The margin draws it shortly before it scrolls into sight, so that nobody sees an old picture.
    this.seen = new IntersectionObserver(
      (entries) => {
        // Where frames are slow, several changes come together, the oldest first.
        this.visible = entries.at(-1)?.isIntersecting ?? true;
        if (this.visible && this.stale) this.invalidate();
      },
      { rootMargin: "100px" },
    );
    this.seen.observe(painting.canvas);
    // A graphics driver that was restarted leaves the canvas blank.
    painting.canvas.addEventListener("contextrestored", this.invalidate);
    this.watchResolution();
    addEventListener("beforeprint", this.paintForPrint);
  }

  /** Requests a redraw, because something that is drawn has changed. */
  readonly invalidate = (): void => {
    this.stale = true;
    queue.add(this.paint);
  };

  dispose(): void {
    queue.delete(this.paint);
    removeEventListener("beforeprint", this.paintForPrint);
    this.painting.canvas.removeEventListener("contextrestored", this.invalidate);
    this.resized.disconnect();
    this.seen.disconnect();
    this.resolution?.removeEventListener("change", this.onResolution);
  }

  /** Returns how many pixels it has drawn. */
  private readonly paint = (): number => {
    const size = this.resize();
    if (size === null || !this.visible) return 0;
    this.stale = false;
    const { width, height, ratio } = size;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width + 1, height + 1);
    this.context.imageSmoothingEnabled = false;
    this.painting.draw(this.context, size);
    return this.painting.canvas.width * this.painting.canvas.height;
  };

  /** A sheet of paper also has what is not in sight, and no frame comes before it is printed. */
  private readonly paintForPrint = (): void => {
    const { visible } = this;
    this.visible = true;
    this.room = null;
    this.paint();
    this.visible = visible;
  };

  /** Sets the size of the canvas and returns it; null if there is no room at all. */
  private resize(): Size | null {
    const { canvas, host, sizeIn } = this.painting;
    this.room ??= { width: host.clientWidth, height: host.clientHeight, ratio: window.devicePixelRatio || 1 };
    const { room } = this;
    if (room.width === 0) return null;
    const { ratio } = room;
    const { width, height } = sizeIn?.(room) ?? room;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
      canvas.style.width = `${wide / ratio}px`;
      canvas.style.height = `${high / ratio}px`;
    }
    return { width, height, ratio };
  }

  /** The ratio changes with the browser's zoom and when the window moves to another screen. */
  private watchResolution(): void {
    this.resolution?.removeEventListener("change", this.onResolution);
    this.resolution = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this.resolution.addEventListener("change", this.onResolution);
  }

  private readonly onResolution = (): void => {
    this.watchResolution();
    this.onResize();
  };

  private readonly onResize = (): void => {
    this.room = null;
    this.invalidate();
  };
}
