// Layers that take number by number: the frame around the image, dropout, rectifiers whose slope is learned or drawn.
// There is nothing to add up, so what happens is said in words.

import { layerName, short } from "../../draw/names";
import type { Inspected, Layer } from "../../engine/protocol";
import { handedToInputs } from "../../model/arithmetic";
import { isElementwise } from "../../model/layer-window";
import { type InspectorProps, isOutside, Sign, UnitLink, Value } from "./forward";

type OneLayer = Extract<Layer, { type: "frame" | "dropout" | "prelu" | "rrelu" }>;

/** Whether each unit of a layer depends on one number alone. */
export function takesOne(layer: Layer): layer is OneLayer {
  return layer.type === "frame" || isElementwise(layer);
}

export function ForwardOne(props: InspectorProps) {
  const { network, planned, inspected } = props;
  const { layer } = planned;
  if (!takesOne(layer)) return null;
  const { inputs, weights, bias, activation, corner } = inspected;
  const [channel, y, x] = corner;
  const from = { layer: inspected.layer - 1, channel, y, x };
  const isPaper = layer.type === "frame" && isOutside(inspected, planned, 0, 0);
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
      <p class="inspector-words">{isPaper ? `In the border is paper: ${short(bias)}.` : said(layer, inspected)}</p>
      {!isPaper && (
        <p class="inspector-words">
          It sees one number: <UnitLink network={network} unit={from} />
        </p>
      )}
    </>
  );
}

/** The same on the way back. */
export function BackwardOne({ network, planned, inspected, channel }: InspectorProps) {
  const { layer } = planned;
  if (!takesOne(layer)) return null;
  if (isOutside(inspected, planned, channel, 0)) {
    return <p class="inspector-words">In the border is paper: nothing is handed on.</p>;
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
          value={handedToInputs(inspected, layer)[0] ?? Number.NaN}
          strong
        />
      </p>
      {layer.type === "prelu" && (
        <p class="inspector-words">
          {x > 0
            ? "The slope has no part in it here, and learns nothing from this place."
            : `To the gradient of the map’s slope this place adds x × ∂loss/∂a = ${short(x * d_pre_activation)}.`}
        </p>
      )}
    </>
  );
}

function factorName(layer: OneLayer, { inputs }: Inspected): string {
  if (layer.type === "frame") return "ink − paper";
  if (layer.type === "dropout") return "kept";
  if ((inputs[0] ?? 0) > 0) return "above zero: as it is";
  return layer.type === "prelu" ? "slope a of the map" : "mean slope";
}

function said(layer: OneLayer, { inputs, weights }: Inspected): string {
  const above = (inputs[0] ?? 0) > 0;
  switch (layer.type) {
    case "frame":
      return `Grey from 0 to 1 becomes paper to ink, ${short(layer.paper)} to ${short(layer.ink)}.`;
    case "dropout":
      return `Outside of training every number passes as it is. In training each becomes 0 with probability ${short(layer.rate)}, and the others are divided by ${short(1 - layer.rate)}, so that their mean stays.`;
    case "prelu":
      return above
        ? "It is above zero and passes. Below, it would be multiplied by the slope that this map learns."
        : `It is not above zero, so it is multiplied by the slope that this map has learned so far, ${short(weights[0] ?? 0)}; it began at 0.25.`;
    case "rrelu":
      return above
        ? "It is above zero and passes. Below, it would be multiplied by the mean slope, 0.229; training draws another from 1/8 to 1/3 each time."
        : "It is not above zero, so it is multiplied by 0.229, the mean of the slopes from 1/8 to 1/3: training draws another each time.";
  }
}
