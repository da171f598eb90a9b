// Layers whose units each depend on one number: the frame around the image, dropout, and the rectifiers whose slope is
// learned or drawn. There is no sum to show, so a sentence explains what happens.

import { layerName, short } from "../../draw/names";
import type { Inspected, Layer } from "../../engine/pkg/lenet";
import { gradientsOfInputs, isOutside } from "../../model/arithmetic";
import { type InspectorProps, Sign, UnitLink, Value } from "./parts";

const TYPES = ["frame", "dropout", "prelu", "rrelu"] as const;
type OneLayer = Extract<Layer, { type: (typeof TYPES)[number] }>;

/** Whether each unit of a layer depends on one number alone. */
export function takesOne(layer: Layer): layer is OneLayer {
  return TYPES.some((type) => type === layer.type);
}

export function ForwardOne(props: InspectorProps) {
  const { network, planned, inspected } = props;
  const { layer } = planned;
  if (!takesOne(layer)) return null;
  const { inputs, weights, bias, activation, corner } = inspected;
  const [channel, y, x] = corner;
  const from = { layer: inspected.layer - 1, channel, y, x };
  const isPaper = layer.type === "frame" && isOutside(inspected, planned, 0);
  return (
    <>
      {!isPaper && (
        <p class="equation sums">
          <Value name={`x of ${layerName(network, from.layer)}`} value={inputs[0] ?? Number.NaN} />
          <Sign>×</Sign>
          <Value name={factorName(layer, inspected)} value={weights[0] ?? Number.NaN} />
          {layer.type === "frame" && (
            <>
              <Sign>+</Sign>
              <Value name="paper" value={bias} />
            </>
          )}
          <Sign>=</Sign>
          <Value name="activation" value={activation} strong />
        </p>
      )}
      <p class="inspector-words">
        {isPaper ? `This unit is paper, in the border of the frame: ${short(bias)}.` : explained(layer, inspected)}
      </p>
      {!isPaper && (
        <p class="inspector-words">
          It depends on one number: <UnitLink network={network} unit={from} />
        </p>
      )}
    </>
  );
}

export function BackwardOne({ network, planned, inspected }: InspectorProps) {
  const { layer } = planned;
  if (!takesOne(layer)) return null;
  if (isOutside(inspected, planned, 0)) {
    return <p class="inspector-words">This unit is paper, in the border of the frame: it passes no gradient on.</p>;
  }
  const { inputs, weights, d_pre_activation } = inspected;
  const [x, factor] = [inputs[0] ?? Number.NaN, weights[0] ?? Number.NaN];
  return (
    <>
      <p class="equation sums">
        <Value name="∂loss/∂a, from all it feeds" value={d_pre_activation} />
        <Sign>×</Sign>
        <Value name={factorName(layer, inspected)} value={factor} />
        <Sign>=</Sign>
        <Value
          name={`to ${layerName(network, inspected.layer - 1)}`}
          value={gradientsOfInputs(inspected, layer)[0] ?? Number.NaN}
          strong
        />
      </p>
      {layer.type === "prelu" && (
        <p class="inspector-words">
          {x > 0
            ? "The input is above zero, so the slope is not used here and learns nothing from this place."
            : `This place adds x × ∂loss/∂a = ${short(x * d_pre_activation)} to the gradient of the map’s slope.`}
        </p>
      )}
    </>
  );
}

function factorName(layer: OneLayer, { inputs }: Inspected): string {
  if (layer.type === "frame") return "ink − paper";
  if (layer.type === "dropout") return "1, outside training";
  if ((inputs[0] ?? 0) > 0) return "1, above zero";
  return layer.type === "prelu" ? "slope a of the map" : "mean slope";
}

function explained(layer: OneLayer, { inputs, weights }: Inspected): string {
  const above = (inputs[0] ?? 0) > 0;
  switch (layer.type) {
    case "frame":
      return `The grey levels from 0 to 1 are scaled to the range from paper, ${short(layer.paper)}, to ink, ${short(layer.ink)}.`;
    case "dropout":
      return `Outside training, every number passes unchanged. In training each becomes 0 with probability ${short(layer.rate)}, and the others are divided by ${short(1 - layer.rate)}, so that the mean stays the same.`;
    case "prelu":
      return above
        ? "The input is above zero and passes unchanged. Below zero it would be multiplied by the slope that this map learns."
        : `The input is not above zero, so it is multiplied by the slope that this map has learned so far, ${short(weights[0] ?? 0)}. The slope was 0.25 at the start.`;
    case "rrelu":
      return above
        ? "The input is above zero and passes unchanged. Below zero it would be multiplied by the mean slope, 0.229; training draws a slope from 1/8 to 1/3 each time."
        : "The input is not above zero, so it is multiplied by 0.229, the mean of the slopes from 1/8 to 1/3; training draws another each time.";
  }
}
