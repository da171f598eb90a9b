// The way back through a unit: the gradient that arrives, what it hands to each input and each weight, and what the
// next update would make of them.

import { rangeOf } from "../../draw/colour/range";
import { isOutput, layerName, precise, short } from "../../draw/names";
import type { PoolKind } from "../../engine/protocol";
import { handedToInputs, handedToWeights, ofChannel, slope, total } from "../../model/arithmetic";
import { state } from "../../state";
import { Channels } from "./channels";
import { type InspectorProps, isOutside, PICTURE, Sign, UnitLink, Value } from "./forward";
import { NumberGrid } from "./number-grid";
import { BackwardOne, takesOne } from "./one";

/** How a pooling unit shares out what arrives. */
const POOLED: Record<PoolKind, string> = {
  max: "by the switch",
  average: "each the same share",
  l2: "input / root × ∂loss/∂z",
};

export function Backward(props: InspectorProps) {
  const { network, planned, inspected, channel } = props;
  const { window, weights, change, d_activation, d_pre_activation, pre_activation, activation } = inspected;
  const { layer } = planned;
  const toInputs = handedToInputs(inspected, layer);
  const toWeights = handedToWeights(inspected);
  const step = (change?.weights ?? weights).map((after, i) => after - (weights[i] ?? 0));
  const arrives = isOutput(network, inspected.layer)
    ? inspected.channel === inspected.label
      ? "probability − 1"
      : "its probability"
    : "from all it feeds";
  // An RBF unit sees one picture, not a map for each of its inputs.
  const whole = layer.type === "rbf" || window.channels === 1;
  const per = (values: Float32Array) => (whole ? values : ofChannel(values, inspected, channel));
  const grid = { columns: layer.type === "rbf" ? PICTURE : window.width, kind: "signed" as const };
  const outside = (index: number): boolean => isOutside(inspected, planned, channel, index);
  const map = !whole ? `, map ${channel + 1}` : "";
  return (
    <>
      <p class="inspector-words">
        {inspected.assumed
          ? `Of a drawing nobody knows the label: this is as if it were the ${inspected.label} that the network says. `
          : `The image is a ${inspected.label}: `}
        the loss is −ln of its probability, {short(inspected.loss)}.
      </p>
      {takesOne(layer) ? (
        <BackwardOne {...props} />
      ) : (
        <p class="equation sums">
          <Value name={`∂loss/∂a, ${arrives}`} value={d_activation} />
          <Sign>×</Sign>
          <Value
            name={"activation" in layer ? "slope of the activation" : "no activation"}
            value={"activation" in layer ? slope(layer.activation, pre_activation, activation) : 1}
          />
          <Sign>=</Sign>
          <Value name="∂loss/∂z" value={d_pre_activation} strong />
        </p>
      )}
      {takesOne(layer) ? null : window.height * window.width > 1 || change === null ? (
        <>
          {change !== null && (
            <Channels {...props} values={sums(toInputs, inspected.window.channels)} label="gradients add up to" />
          )}
          <div class="equation backward">
            <NumberGrid
              {...grid}
              title={`To ${layerName(network, inspected.layer - 1)}${map}`}
              remark={
                layer.type === "pool"
                  ? POOLED[layer.kind]
                  : layer.type === "rbf"
                    ? "2 × (picture − input) × ∂loss/∂z"
                    : "weight × ∂loss/∂z"
              }
              values={per(toInputs)}
              range={rangeOf(toInputs, true)}
              outside={outside}
            />
            {change !== null && (
              <>
                <NumberGrid
                  {...grid}
                  title="To each weight, from here"
                  remark="input × ∂loss/∂z"
                  values={per(toWeights)}
                  range={rangeOf(toWeights, true)}
                />
                {layer.type === "conv" && (
                  <NumberGrid
                    {...grid}
                    title="From all places of the filter"
                    remark={`sum over ${planned.output.height}×${planned.output.width}`}
                    values={per(change.gradients)}
                    range={rangeOf(change.gradients, true)}
                  />
                )}
                <NumberGrid {...grid} title="The update adds" values={per(step)} range={rangeOf(step, true)} />
                <NumberGrid
                  {...grid}
                  title="Weights after it"
                  values={per(change.weights)}
                  range={rangeOf(weights, true)}
                />
              </>
            )}
          </div>
        </>
      ) : (
        <List {...props} />
      )}
      {change !== null && (
        <p class="inspector-words">
          Bias: its gradient is {short(change.bias_gradient)}; the update adds {precise(change.bias - inspected.bias)}{" "}
          to {short(inspected.bias)}, which makes <b>{short(change.bias)}</b>. {rule()} The update is the one that a
          mini-batch of this image alone would make now.
        </p>
      )}
    </>
  );
}

/** The weights of a unit that reads single numbers: the steepest first. */
function List({ network, inspected }: InspectorProps) {
  const { inputs, weights, d_pre_activation, change } = inspected;
  if (change === null) return null;
  const order = [...change.gradients.keys()]
    .sort((a, b) => Math.abs(change.gradients[b] ?? 0) - Math.abs(change.gradients[a] ?? 0))
    .slice(0, 8);
  return (
    <table class="ledger">
      <thead>
        <tr>
          <th scope="col">from</th>
          <th scope="col">to the input</th>
          <th scope="col">to the weight</th>
          <th scope="col">weight now</th>
          <th scope="col">the update adds</th>
          <th scope="col">after it</th>
        </tr>
      </thead>
      <tbody>
        {order.map((i) => (
          <tr key={i}>
            <th scope="row">
              <UnitLink network={network} unit={{ layer: inspected.layer - 1, channel: i, y: 0, x: 0 }} />
            </th>
            <td>{short((weights[i] ?? 0) * d_pre_activation)}</td>
            <td>{short((inputs[i] ?? 0) * d_pre_activation)}</td>
            <td>{short(weights[i] ?? 0)}</td>
            <td>{precise((change.weights[i] ?? 0) - (weights[i] ?? 0))}</td>
            <td>
              <b>{short(change.weights[i] ?? 0)}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sums(values: Float32Array, channels: number): number[] {
  const area = values.length / channels;
  return Array.from({ length: channels }, (_, i) => total(values.subarray(i * area, (i + 1) * area)));
}

/** How the optimiser steps, with the present numbers. */
function rule(): string {
  const value = (name: string) => state.settings.value.find((setting) => setting.name === name)?.value;
  const rate = short(state.status.value?.learning_rate ?? Number(value("learning_rate")));
  return value("optimizer") === "adam"
    ? `Adam steps by ${rate} × mean gradient / its root mean square.`
    : `SGD steps by ${rate} × velocity, where velocity = ${value("momentum")} × velocity + gradient + decay.`;
}
