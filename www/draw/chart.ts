// One chart on uPlot: the running curve, earlier curves behind it, marks in front, and a cursor that both charts share.
import "./language"; // before uPlot, which needs it while it is imported

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { LARGE, projecting } from "../model/screen";
import type { Line, Picture } from "./curves";

export interface ChartOptions {
  logarithmic: boolean;
  /** Writes a value on the vertical axis. */
  label: (value: number) => string;
  /** Writes a value on a logarithmic horizontal axis. Without it, the axis begins at zero and the charts share a cursor. */
  logarithmicAlong?: (value: number) => string;
  /** Receives the cursor's place in the units of the horizontal axis; null when the cursor leaves. */
  onCursor: (x: number | null) => void;
}

interface Look {
  /** The size of the letters in pixels. */
  letters: number;
  ink: string;
  line: string;
  font: string;
}

const EMPTY: Picture = {
  x: [0],
  raw: null,
  smooth: [0],
  colour: "",
  behind: [],
  before: [],
  right: 1,
  range: [0.1, 1],
};

export class Chart {
  private readonly plot: uPlot;
  private readonly resized: ResizeObserver;
  private picture = EMPTY;
  private look: Look;

  constructor(
    private readonly host: HTMLElement,
    options: ChartOptions,
  ) {
    this.look = lookOf(host);
    this.plot = new uPlot(this.plotOptions(options), [[], [], []], host);
    this.resized = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = host;
      if (width > 0 && height > 0) this.plot.setSize({ width, height });
    });
    this.resized.observe(host);
    // A graphics driver that was restarted leaves the canvas blank.
    this.plot.ctx.canvas.addEventListener("contextrestored", () => this.plot.redraw());
  }

  draw(picture: Picture): void {
    this.picture = picture;
    const { x, raw, smooth } = picture;
    this.plot.setData([x, raw ?? new Array<null>(x.length).fill(null), smooth]);
  }

  /** Reads the colours from CSS again, after a change of theme. */
  restyle(): void {
    this.look = lookOf(this.host);
    this.plot.redraw();
  }

  dispose(): void {
    this.resized.disconnect();
    this.plot.destroy();
  }

  private plotOptions({ logarithmic, label, logarithmicAlong, onCursor }: ChartOptions): uPlot.Options {
    const letters = (count: number) => count * this.look.letters;
    const axis: uPlot.Axis = {
      stroke: () => this.look.ink,
      font: this.look.font,
      grid: { stroke: () => this.look.line, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(this.host.clientWidth, 100),
      height: Math.max(this.host.clientHeight, 80),
      legend: { show: false },
      padding: [letters(0.7), letters(1.8), 0, 0],
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
        ...(logarithmicAlong ? {} : { sync: { key: "curves", scales: ["x", null] } }),
      },
      scales: {
        x: {
          time: false,
          distr: logarithmicAlong ? 3 : 1,
          range: () => [this.picture.left ?? (logarithmicAlong ? this.picture.right / 10 : 0), this.picture.right],
        },
        y: { distr: logarithmic ? 3 : 1, range: () => this.picture.range },
      },
      axes: [
        {
          ...axis,
          size: letters(2.2),
          gap: 4,
          space: letters(5),
          values: written(String),
          ...(logarithmicAlong ? logAxis(logarithmicAlong) : {}),
        },
        {
          ...axis,
          size: letters(4.2),
          gap: 6,
          space: letters(2.4),
          values: written(label),
          ...(logarithmic ? logAxis(label) : {}),
        },
      ],
      series: [
        {},
        { stroke: () => this.picture.colour, width: 1, alpha: 0.22, points: { show: false } },
        { stroke: () => this.picture.colour, width: 2, points: { show: false } },
      ],
      hooks: {
        drawClear: [(plot) => this.lines(plot, this.picture.behind, 1.5)],
        draw: [(plot) => this.lines(plot, this.picture.before, 1.75)],
        setCursor: [
          (plot) => {
            const left = plot.cursor.left ?? -1;
            onCursor(left < 0 ? null : plot.posToVal(left, "x"));
          },
        ],
      },
    };
  }

  private lines(plot: uPlot, lines: Line[], width: number): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top - 6, bbox.width + 12, bbox.height + 6);
    ctx.clip();
    ctx.lineWidth = width * devicePixelRatio;
    ctx.lineJoin = "round";
    for (const line of lines) {
      const points = line.x.map(
        (x, i) => [plot.valToPos(x, "x", true), plot.valToPos(line.y[i] ?? 0, "y", true)] as const,
      );
      ctx.strokeStyle = line.colour;
      ctx.fillStyle = line.colour;
      if (!line.loose) strokeThrough(ctx, points);
      if (line.mark !== undefined) for (const point of points) drawMark(ctx, point, line.mark);
    }
    ctx.restore();
  }
}

function strokeThrough(ctx: CanvasRenderingContext2D, points: (readonly [number, number])[]): void {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.stroke();
}

function drawMark(ctx: CanvasRenderingContext2D, [x, y]: readonly [number, number], mark: "dot" | "ring"): void {
  const radius = (mark === "dot" ? 2.25 : 4.5) * devicePixelRatio;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  if (mark === "dot") ctx.fill();
  else ctx.stroke();
}

function written(label: (value: number) => string): uPlot.Axis.Values {
  return (_plot, splits) => splits.map((value) => (value === null ? "" : label(value)));
}

function logAxis(label: (value: number) => string): Partial<uPlot.Axis> {
  return {
    values: written(label),
    splits: ({ height, width }, axis, low, high) => {
      const ticks = logTicks(low, high);
      // Along the side of the chart a number takes as much room as its letters are high.
      const most = Math.max(2, axis === 0 ? width / 60 : height / 32);
      const every = Math.ceil(ticks.length / most);
      return ticks.filter((_, i) => i % every === 0);
    },
    filter: (_plot, splits) => splits,
  };
}

/** The ticks between two values: 1, 10, 100 … on a long axis, and 1, 2, 5, 10, 20 … on one that would have too few. */
function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  const digits = high / low > 3000 ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const digit of digits) {
      const tick = Number((digit * 10 ** power).toPrecision(1));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const letters = projecting.peek() ? LARGE : 12;
  return {
    ink: style.getPropertyValue("--quiet").trim(),
    line: style.getPropertyValue("--line").trim(),
    letters,
    font: `${letters}px ${style.fontFamily}`,
  };
}
