// Paints the whole network, in the order in which things cover one another.
import type { Description, View } from "../../engine/pkg/lenet";
import type { Unit } from "../../state";
import { scale } from "../colour/colour";
import type { Range } from "../colour/range";
import { scaleKind } from "../colour/ranges";
import type { Ink } from "../ink";
import { fedFrames, fieldSteps } from "../layout/field";
import { type Rect, unitRect } from "../layout/grid";
import type { Layout } from "../layout/volumes";
import { Atlas } from "./atlas";
import { paintLabels, paintLegend } from "./labels";
import { paintFed, paintFrames, paintLinks, paintSample, paintUnit, paintWedges, sampleUnit } from "./links";
import { outline } from "./outline";
import { paintOutput } from "./output";
import { paintRemark } from "./remark";

export interface Scene {
  network: Description;
  layout: Layout;
  /** Null while there are no numbers yet; the places are drawn empty then. */
  shown: { view: View; ranges: (layer: number) => Range; label: number | null } | null;
  focus: Unit | null;
  pinned: Unit | null;
  ink: Ink;
}

export class NetworkPainter {
  private layout: Layout | null = null;
  private atlases: Atlas[] = [];
  private coloured: { view: View; theme: string } | null = null;

  paint(context: CanvasRenderingContext2D, scene: Scene): void {
    const { network, layout, shown, focus, ink } = scene;
    if (layout !== this.layout) {
      this.layout = layout;
      this.atlases = layout.volumes.filter(({ kind }) => kind !== "output").map(({ grid }) => new Atlas(grid));
      this.coloured = null;
    }
    const unit = focus ?? sampleUnit(layout);
    const steps = unit ? fieldSteps(network, layout, unit) : [];
    paintLinks(context, layout, ink);
    paintWedges(context, steps, layout, focus ? ink.point : ink.quiet, focus ? [0.14, 0.9] : [0.12, 0.6]);
    if (shown) this.colour(scene);
    for (const [i, volume] of layout.volumes.entries()) {
      paintLabels(context, layout, volume, ink);
      if (volume.kind === "output") {
        const answer = shown && { probabilities: shown.view.probabilities, label: shown.label };
        paintOutput(context, layout, volume, answer, ink);
        continue;
      }
      if (shown) {
        this.atlases[i]?.draw(context, volume.grid);
        const colours = scale(scaleKind(network, volume.layer), ink.theme);
        paintLegend(context, layout.flow, volume.legend, shown.ranges(volume.layer), colours, ink);
      }
      outline(context, volume.grid, ink);
    }
    const at = unit && place(layout, unit);
    if (unit && shown) paintRemark(context, { network, layout, unit, pointed: unit === focus, ink });
    if (focus) {
      for (const rect of fedFrames(network, layout, focus)) paintFed(context, rect, ink);
      paintFrames(context, steps, ink);
    } else if (at) paintSample(context, steps, at);
    // The pinned unit keeps its frame while the pointer is elsewhere.
    for (const each of new Set([scene.pinned, focus])) {
      const rect = each && place(layout, each);
      if (rect) paintUnit(context, rect, each === scene.pinned, ink);
    }
  }

  /** Turns numbers into pixels once for each view and theme; hovering only draws them again. */
  private colour({ network, layout, shown, ink }: Scene): void {
    if (!shown || (this.coloured?.view === shown.view && this.coloured.theme === ink.theme)) return;
    for (const [i, { layer }] of layout.volumes.entries()) {
      const values = layer < 0 ? shown.view.input : shown.view.activations[layer];
      if (values) this.atlases[i]?.colour(values, scale(scaleKind(network, layer), ink.theme), shown.ranges(layer));
    }
    this.coloured = { view: shown.view, theme: ink.theme };
  }
}

/** The rectangle of a unit; null if the unit belongs to another network. */
function place({ volumes }: Layout, unit: Unit): Rect | null {
  const volume = volumes.find(({ layer }) => layer === unit.layer);
  return volume ? unitRect(volume.grid, unit) : null;
}
