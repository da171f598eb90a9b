// The backward pass through a unit: the gradient that arrives, the gradients of its inputs and weights, and the update
// that they would make.

import { rangeOf } from "../../draw/colour/range";
import { isOutput, layerName, precise, short } from "../../draw/names";
import type { PoolKind } from "../../engine/pkg/lenet";
import { gradientsOfInputs, gradientsOfWeights, isOutside, ofChannel, slope, total } from "../../model/arithmetic";
import { state } from "../../state";
import { Channels } from "./channels";
import { NumberGrid } from "./number-grid";
import { BackwardOne, takesOne } from "./one";
import { type InspectorProps, Sign, UnitLink, Value } from "./parts";
import { PICTURE_WIDTH } from "./rbf";

/** How a pooling unit distributes the gradient over its window. */
const POOLED: Record<PoolKind, string> = {
  max: "all to the largest",
  average: "each the same share",
  l2: "input / root × ∂loss/∂z",
};

export function Backward(props: InspectorProps) {
  const { network, planned, inspected, channel } = props;
  const { window, weights, change, d_activation, d_pre_activation, pre_activation, activation } = inspected;
  const { layer } = planned;
  const toInputs = gradientsOfInputs(inspected, layer);
  const toWeights = gradientsOfWeights(inspected);
  const step = (change?.weights ?? weights).map((after, i) => after - (weights[i] ?? 0));
  const arrives = isOutput(network, inspected.layer)
    ? inspected.channel === inspected.label
      ? "probability − 1"
      : "its probability"
    : "from all it feeds";
  // The inputs of an RBF unit are shown as one picture, not as a map each.
  const whole = layer.type === "rbf" || window.channels === 1;
  const per = (values: Float32Array) => (whole ? values : ofChannel(values, inspected, channel));
  const grid = { columns: layer.type === "rbf" ? PICTURE_WIDTH : window.width, kind: "signed" as const };
  const outside = (index: number): boolean => isOutside(inspected, planned, index);
  const map = !whole ? `, map ${channel + 1}` : "";
  return (
    <>
      <p class="inspector-words">
        {inspected.assumed
          ? `A drawing has no label, so the label is taken to be ${inspected.label}, which the network predicts. `
          : `The image is a ${inspected.label}. `}
        The loss is −ln of the probability of {inspected.label}: {short(inspected.loss)}.
      </p>
      {takesOne(layer) ? (
        <BackwardOne {...props} />
      ) : (
        <p class="equation sums">
          <Value name={`∂loss/∂a, ${arrives}`} value={d_activation} />
          <Sign>×</Sign>
          <Value
            name={planned.activation === "none" ? "no activation" : "slope of the activation"}
            value={slope(planned.activation, pre_activation, activation)}
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
          The gradient of the bias is {short(change.bias_gradient)}. The update adds{" "}
          {precise(change.bias - inspected.bias)} to the bias {short(inspected.bias)}, which makes{" "}
          <b>{short(change.bias)}</b>. {rule()} This is the update that a mini-batch of this image alone would make now.
        </p>
      )}
    </>
  );
}

/** The weights of a unit that sees one place of its input, those with the largest gradients first. */
function List({ network, inspected }: InspectorProps) {
  const { inputs, weights, d_pre_activation, change, corner } = inspected;
  const [first, y, x] = corner;
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
              <UnitLink network={network} unit={{ layer: inspected.layer - 1, channel: first + i, y, x }} />
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

/** The optimizer's rule, with its present numbers. */
function rule(): string {
  const value = (name: string) => state.settings.value.find((setting) => setting.name === name)?.value;
  const rate = short(state.status.value?.learning_rate ?? Number(value("learning_rate")));
  return value("optimizer") === "adam"
    ? `Adam steps by ${rate} × mean gradient / its root mean square.`
    : `SGD steps by ${rate} × velocity, where velocity = ${value("momentum")} × velocity + gradient + decay.`;
}
