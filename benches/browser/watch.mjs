// What a reader sees while the page trains, noted in the page itself: when which view was painted, and how old the state
// was that it showed. The page is not asked to do anything for it: a frame that only the bench wants would cost speed.

/** Runs in the page before its own scripts. */
export function watch() {
  const watched = { snapshots: [], paints: [] };
  window.watched = watched;
  window.Worker = class extends window.Worker {
    constructor(...given) {
      super(...given);
      // This listener comes before the page's own, which paints what it was told.
      this.addEventListener("message", ({ data }) => {
        if (data.type !== "snapshot") return;
        const { status, losses } = data.snapshot;
        const { step, epoch, seconds, steps_per_epoch, test_accuracy: test } = status;
        const of = { step, epoch, seconds, steps_per_epoch, test };
        watched.snapshots.push({ at: performance.now(), ...of, first: losses.first_step, each: [...losses.seconds] });
      });
    }
  };
  /** The frame in which a canvas was noted last: a picture that is painted in several strokes counts once. */
  const frames = new WeakMap();
  const note = (canvas) => {
    const frame = document.timeline.currentTime;
    if (!(canvas instanceof HTMLCanvasElement && canvas.isConnected) || frames.get(canvas) === frame) return;
    frames.set(canvas, frame);
    watched.paints.push({ canvas, at: performance.now(), snapshot: watched.snapshots.length - 1 });
  };
  // Every picture is cleared or filled as a whole before it is painted.
  const { clearRect, fillRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...rectangle) {
    note(this.canvas);
    clearRect.apply(this, rectangle);
  };
  CanvasRenderingContext2D.prototype.fillRect = function (x, y, width, height) {
    if (width >= this.canvas.width && height >= this.canvas.height) note(this.canvas);
    fillRect.call(this, x, y, width, height);
  };
  const { clear } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.clear = function (mask) {
    note(this.canvas);
    clear.call(this, mask);
  };
}

/**
 * Runs in the page: for each region with a canvas in sight, how often it was painted since `from` and the greatest age of
 * the state that it showed, in milliseconds. A region with several canvases counts as its slowest.
 */
export function rates(from) {
  const { snapshots, paints } = window.watched;
  const to = performance.now();
  const inSight = (canvas) => {
    const { top, left, bottom, right } = canvas.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && bottom > top && right > left;
  };
  // The worker's clock of a run and the page's clock: the fastest message of all has hardly been under way.
  const running = snapshots.filter((each, i) => i > 0 && each.step > snapshots[i - 1].step);
  const offset = Math.min(...running.map(({ at, seconds }) => at - 1000 * seconds));
  const madeAt = (index) => 1000 * (snapshots[index]?.seconds ?? 0) + offset;
  const found = {};
  for (const canvas of new Set(paints.map((paint) => paint.canvas))) {
    const region = canvas.closest("section[aria-label]")?.getAttribute("aria-label");
    const own = paints.filter((paint) => paint.canvas === canvas && paint.at >= from);
    if (region == null || own.length < 2 || !inSight(canvas)) continue;
    const oldest = own.map((paint, i) => (own[i + 1]?.at ?? to) - madeAt(paint.snapshot));
    const gaps = own.slice(1).map((paint, i) => paint.at - own[i].at);
    const rate = (1000 * own.length) / (to - from);
    const before = found[region];
    found[region] = {
      rate: Math.min(rate, before?.rate ?? rate),
      age: Math.max(...oldest, before?.age ?? 0),
      gap: Math.max(...gaps, before?.gap ?? 0),
    };
  }
  return found;
}

/** Runs in the page: how often the canvases inside an element were painted since `from`, a second. */
export function paintsIn(element, from) {
  const own = window.watched.paints.filter(({ canvas, at }) => element.contains(canvas) && at >= from);
  const perCanvas = Map.groupBy(own, ({ canvas }) => canvas);
  const most = Math.max(0, ...[...perCanvas.values()].map((paints) => paints.length));
  return (1000 * most) / (performance.now() - from);
}
