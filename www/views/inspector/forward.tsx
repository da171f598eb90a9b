// From what a unit sees to its activation: window × filter = products, their sum, the bias, the activation function.

import { type Range, rangeOf } from "../../draw/colour/range";
import { scaleKind } from "../../draw/colour/ranges";
import { isSigned, layerName, short } from "../../draw/names";
import type { Activation, Layer } from "../../engine/pkg/lenet";
import { connected, isOutside, ofChannel, products, subtotals, total } from "../../model/arithmetic";
import { Channels } from "./channels";
import { Contributions } from "./contributions";
import { NumberGrid } from "./number-grid";
import { ForwardOne, takesOne } from "./one";
import { type InspectorProps, Sign, Value } from "./parts";
import { ForwardPool } from "./pool";
import { PictureGrids } from "./rbf";

const FUNCTIONS: Record<Activation, string> = {
  relu: "max(0, z)",
  leaky_relu: "leaky ReLU",
  tanh: "tanh z",
  scaled_tanh: "1.7159 tanh(⅔ z)",
  sigmoid: "1/(1 + e⁻ᶻ)",
  none: "no activation",
};

export function Forward(props: InspectorProps) {
  const { network, planned, inspected } = props;
  const { layer } = planned;
  if (takesOne(layer)) return <ForwardOne {...props} />;
  const { inputs, window, pre_activation, activation, bias } = inspected;
  const before = inspected.layer - 1;
  const kind = isSigned(network, before) ? "signed" : scaleKind(network, before);
  const range = kind === "grey" ? { low: 0, high: 1 } : rangeOf(inputs, kind === "signed");
  if (layer.type === "pool") return <ForwardPool {...props} pooling={layer.kind} kind={kind} range={range} />;
  const rbf = layer.type === "rbf";
  return (
    <>
      {window.height * window.width > 1 && <WindowGrids {...props} kind={kind} range={range} />}
      {rbf && <PictureGrids {...props} kind={kind} range={range} />}
      <p class="equation sums">
        <Value
          name={
            rbf
              ? `−Σ of ${inputs.length} squared distances to the picture`
              : `Σ of ${connected(inspected, planned)} products`
          }
          value={total(products(inspected, layer))}
        />
        {!rbf && (
          <>
            <Sign>+</Sign>
            <Value name="bias" value={bias} />
          </>
        )}
        <Sign>=</Sign>
        <Value name="pre-activation z" value={pre_activation} />
        <Sign>→</Sign>
        <Value name={FUNCTIONS[planned.activation]} value={activation} strong />
      </p>
      <Contributions {...props} />
      {planned.activation === "relu" && pre_activation <= 0 && (
        <p class="inspector-words">The pre-activation is not above zero, so ReLU makes it 0.</p>
      )}
    </>
  );
}

/** The window, the filter and their products, of one channel. */
function WindowGrids(props: InspectorProps & { kind: "grey" | "activation" | "signed"; range: Range }) {
  const { network, planned, inspected, channel, kind, range } = props;
  const { window, inputs, weights } = inspected;
  const { layer } = planned;
  const all = products(inspected, layer);
  const each = subtotals(inspected, layer);
  const isOne = window.channels === 1;
  return (
    <>
      <Channels {...props} values={each} label="products add up to" />
      <div class="equation">
        <NumberGrid
          title={inspected.layer === 0 ? "Window of the image" : `Window of ${layerName(network, inspected.layer - 1)}`}
          remark={isOne ? "" : `map ${channel + 1}`}
          values={ofChannel(inputs, inspected, channel)}
          columns={window.width}
          kind={kind}
          range={range}
          outside={(index) => isOutside(inspected, planned, index)}
        />
        <Sign>×</Sign>
        <NumberGrid
          title={factorName(layer)}
          remark={isOne ? "" : `for map ${channel + 1}`}
          values={ofChannel(weights, inspected, channel)}
          columns={window.width}
          kind="signed"
          range={rangeOf(weights, true)}
        />
        <Sign>=</Sign>
        <NumberGrid
          title="Products"
          remark={`add up to ${short(each[channel] ?? 0)}`}
          values={ofChannel(all, inspected, channel)}
          columns={window.width}
          kind="signed"
          range={rangeOf(all, true)}
        />
      </div>
    </>
  );
}

function factorName({ type }: Layer): string {
  return type === "conv" ? "Filter" : type === "subsample" ? "Coefficient" : "Factor";
}
