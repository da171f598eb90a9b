// A pooling unit: one number out of each window.
import type { ScaleKind } from "../../draw/colour/colour";
import type { Range } from "../../draw/colour/range";
import { layerName, short } from "../../draw/names";
import type { Inspected, PoolKind } from "../../engine/pkg/lenet";
import { total, winner } from "../../model/arithmetic";
import { NumberGrid } from "./number-grid";
import { type InspectorProps, Sign, Value } from "./parts";

const RESULTS: Record<PoolKind, string> = { max: "largest", average: "mean", l2: "root of squares" };

interface Props extends InspectorProps {
  pooling: PoolKind;
  kind: ScaleKind;
  range: Range;
}

export function ForwardPool({ network, inspected, pooling, kind, range }: Props) {
  const { window, inputs, activation, layer } = inspected;
  return (
    <>
      <div class="equation">
        <NumberGrid
          title={`Window of ${layerName(network, layer - 1)}`}
          values={inputs}
          columns={window.width}
          kind={kind}
          range={range}
          {...(pooling === "max" ? { marked: winner(inputs) } : {})}
        />
        <Sign>→</Sign>
        <Value name={RESULTS[pooling]} value={activation} />
      </div>
      <p class="inspector-words">{explained(pooling, inspected)}</p>
    </>
  );
}

function explained(pooling: PoolKind, { inputs, window, pre_activation }: Inspected): string {
  switch (pooling) {
    case "max": {
      const best = winner(inputs);
      const [row, column] = [Math.floor(best / window.width) + 1, (best % window.width) + 1];
      return `The largest number is in row ${row}, column ${column} of the window. In the backward pass only this input receives the gradient.`;
    }
    case "average":
      return `The mean of ${inputs.length} numbers: ${short(total(inputs))} / ${inputs.length} = ${short(pre_activation)}.`;
    case "l2":
      return `The square root of the sum of ${inputs.length} squares.`;
  }
}
