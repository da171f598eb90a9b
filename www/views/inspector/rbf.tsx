// A unit of the RBF output: minus the squared distance between its inputs and a fixed picture of a digit.
import type { ScaleKind } from "../../draw/colour/colour";
import type { Range } from "../../draw/colour/range";
import { layerName } from "../../draw/names";
import { products } from "../../model/arithmetic";
import { NumberGrid } from "./number-grid";
import { type InspectorProps, Sign } from "./parts";

/** The width of a picture; its height is 12. */
export const PICTURE_WIDTH = 7;

export function PictureGrids({
  network,
  planned,
  inspected,
  kind,
  range,
}: InspectorProps & { kind: ScaleKind; range: Range }) {
  const { inputs, weights, layer, channel } = inspected;
  return (
    <div class="equation">
      <NumberGrid
        title={`${layerName(network, layer - 1)} as 7×12`}
        values={inputs}
        columns={PICTURE_WIDTH}
        kind={kind}
        range={range}
      />
      <Sign>−</Sign>
      <NumberGrid
        title={`Picture of a ${channel}`}
        remark="fixed"
        values={weights}
        columns={PICTURE_WIDTH}
        kind="signed"
      />
      <Sign>→</Sign>
      <NumberGrid
        title="−(difference)²"
        values={products(inspected, planned.layer)}
        columns={PICTURE_WIDTH}
        kind="signed"
      />
    </div>
  );
}
