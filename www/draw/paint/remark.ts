// One remark beside the input that explains the frames to a newcomer: how much of the image a unit sees.
import type { Description } from "../../engine/pkg/lenet";
import type { Unit } from "../../state";
import type { Ink } from "../ink";
import { gridRect } from "../layout/grid";
import { receptiveField } from "../layout/receptive-field";
import type { Layout } from "../layout/volumes";
import { layerName } from "../names";
import { write } from "./labels";

const LINE = 16;
/** The approximate width of a letter, and the minimum width of a legible column. */
const LETTER = 5.9;
const NARROWEST = 92;

/** `unit` is the one whose receptive field is drawn; `pointed` says whether the reader points at it or it is the example. */
export function paintRemark(context: CanvasRenderingContext2D, { network, layout, unit, pointed, ink }: Remark): void {
  const input = layout.volumes[0];
  const window = receptiveField(network, unit).at(-1);
  if (!input || !window) return;
  const [high, wide] = [window.bottom - window.top, window.right - window.left];
  const whole = high === network.input.height && wide === network.input.width;
  const seen = whole ? "sees the whole image" : `sees ${high}×${wide} pixels`;
  const text = pointed
    ? `This unit ${seen}.`
    : `A unit of ${layerName(network, unit.layer)} ${seen}. Point at any other.`;
  const at = gridRect(input.grid);
  const hand = { size: 12, quiet: true, italic: true } as const;
  if (layout.flow === "right") {
    const lines = wrap(text, Math.max(at.width + 8, NARROWEST) / LETTER);
    const top = at.y + at.height + 22;
    // A low screen or a small input leaves no room for it.
    if (at.width + 8 < NARROWEST || top + lines.length * LINE > input.legend.y - 20) return;
    for (const [i, line] of lines.entries()) {
      write(context, line, at.x + at.width / 2, top + i * LINE, ink, { ...hand, align: "center" });
    }
    return;
  }
  const left = at.x + at.width + 14;
  for (const [i, line] of wrap(text, (layout.width - left) / LETTER).entries()) {
    write(context, line, left, at.y + 14 + i * LINE, ink, hand);
  }
}

interface Remark {
  network: Description;
  layout: Layout;
  unit: Unit;
  pointed: boolean;
  ink: Ink;
}

/** Breaks a text into lines of a maximum number of letters. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
