// From what a unit sees to its value: window × filter = products, their sum, the bias, the activation.

import { rangeOf } from "../../draw/colour/range";
import { scaleKind } from "../../draw/colour/ranges";
import { activationOf, isSigned, layerName, precise, short, unitName } from "../../draw/names";
import type { Description, Inspected, PlannedLayer } from "../../engine/protocol";
import { connected, ofChannel, products, strongest, subtotals, total, winner } from "../../model/arithmetic";
import { state, type Unit } from "../../state";
import { Channels } from "./channels";
import { NumberGrid } from "./number-grid";
import { ForwardOne, takesOne } from "./one";

export interface InspectorProps {
  network: Description;
  planned: PlannedLayer;
  inspected: Inspected;
  channel: number;
  onChannel: (channel: number) => void;
}

const FUNCTIONS = {
  relu: "max(0, z)",
  leaky_relu: "leaky ReLU",
  tanh: "tanh z",
  scaled_tanh: "1.7159 tanh(⅔ z)",
  sigmoid: "1/(1 + e⁻ᶻ)",
  none: "",
};
/** The pictures of the RBF output are so wide. */
export const PICTURE = 7;
/** So many contributions are told one by one. */
const TOLD = 8;

export function Forward(props: InspectorProps) {
  const { network, planned, inspected, channel } = props;
  const { window, inputs, weights } = inspected;
  const before = scaleKind(network, inspected.layer - 1);
  const kind = before === "signed" || isSigned(network, inspected.layer - 1) ? "signed" : before;
  const inputRange = kind === "grey" ? { low: 0, high: 1 } : rangeOf(inputs, kind === "signed");
  if (planned.layer.type === "pool") {
    const best = winner(inputs);
    const { kind: pooling } = planned.layer;
    const mean = pooling !== "max";
    return (
      <>
        <div class="equation">
          <NumberGrid
            title={`Window of ${layerName(network, inspected.layer - 1)}`}
            values={inputs}
            columns={window.width}
            kind={kind}
            range={inputRange}
            {...(mean ? {} : { marked: best })}
          />
          <Sign>→</Sign>
          <Value
            name={{ max: "largest", average: "mean", l2: "root of squares" }[pooling]}
            value={inspected.activation}
          />
        </div>
        <p class="inspector-words">
          {pooling === "l2"
            ? `The root of the sum of ${inputs.length} squares.`
            : mean
              ? `The mean of ${inputs.length} numbers: ${short(total(inputs))} / ${inputs.length} = ${short(inspected.pre_activation)}.`
              : `The winner stands in row ${Math.floor(best / window.width) + 1}, column ${(best % window.width) + 1} of the window. That is the switch: only the winner will get the gradient back.`}
        </p>
      </>
    );
  }
  const { layer } = planned;
  if (takesOne(layer)) return <ForwardOne {...props} />;
  const each = subtotals(inspected, layer);
  const all = products(inspected, layer);
  const rbf = layer.type === "rbf";
  const grids = window.height * window.width > 1;
  const outside = (index: number): boolean => isOutside(inspected, planned, channel, index);
  return (
    <>
      {grids && <Channels {...props} values={each} label="products add up to" />}
      {grids && (
        <div class="equation">
          <NumberGrid
            title={
              inspected.layer === 0 ? "Window of the image" : `Window of ${layerName(network, inspected.layer - 1)}`
            }
            remark={window.channels > 1 ? `map ${channel + 1}` : ""}
            values={ofChannel(inputs, inspected, channel)}
            columns={window.width}
            kind={kind}
            range={inputRange}
            outside={outside}
          />
          <Sign>×</Sign>
          <NumberGrid
            title={layer.type === "conv" ? "Filter" : layer.type === "subsample" ? "Coefficient" : "Factor"}
            remark={window.channels > 1 ? `for map ${channel + 1}` : ""}
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
      )}
      {rbf && (
        <div class="equation">
          <NumberGrid
            title={`${layerName(network, inspected.layer - 1)} as 7×12`}
            values={inputs}
            columns={PICTURE}
            kind={kind}
            range={inputRange}
          />
          <Sign>−</Sign>
          <NumberGrid
            title={`Picture of a ${inspected.channel}`}
            remark="fixed"
            values={weights}
            columns={PICTURE}
            kind="signed"
          />
          <Sign>→</Sign>
          <NumberGrid title="−(difference)²" values={all} columns={PICTURE} kind="signed" />
        </div>
      )}
      <p class="equation sums">
        <Value
          name={
            rbf
              ? `−Σ of ${inputs.length} squared distances to the picture`
              : `Σ of ${connected(inspected, planned)} products`
          }
          value={total(all)}
        />
        {!rbf && (
          <>
            <Sign>+</Sign>
            <Value name="bias" value={inspected.bias} />
          </>
        )}
        <Sign>=</Sign>
        <Value name="sum z" value={inspected.pre_activation} />
        <Sign>→</Sign>
        <Value
          name={("activation" in planned.layer && FUNCTIONS[planned.layer.activation]) || "no activation"}
          value={inspected.activation}
          strong
        />
      </p>
      <Contributions network={network} inspected={inspected} planned={planned} />
      {activationOf(network, inspected.layer) === "relu" && inspected.pre_activation <= 0 && (
        <p class="inspector-words">The sum is not above zero, so ReLU lets nothing through.</p>
      )}
    </>
  );
}

/** Whether a cell of the window lies in the padding. */
export function isOutside(
  { window, corner }: Inspected,
  { input }: PlannedLayer,
  channel: number,
  index: number,
): boolean {
  void channel;
  const [y, x] = [corner[1] + Math.floor(index / window.width), corner[2] + (index % window.width)];
  return y < 0 || x < 0 || y >= input.height || x >= input.width;
}

interface ContributionsProps {
  network: Description;
  inspected: Inspected;
  planned: PlannedLayer;
}

/** The strongest, with their sign; pointing at one shows where in the network it comes from, and one may go there. */
function Contributions({ network, inspected, planned }: ContributionsProps) {
  const { layer } = planned;
  const { first, others } = strongest(inspected, layer, TOLD);
  const rbf = layer.type === "rbf";
  const most = Math.abs(first[0]?.product ?? 0) || 1;
  const rest = connected(inspected, planned) - first.length;
  return (
    <details class="contributions" open={inspected.window.height * inspected.window.width === 1}>
      <summary>The strongest contributions</summary>
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">input</th>
            <th scope="col">{rbf ? "picture" : "weight"}</th>
            <th scope="col">{rbf ? "−distance²" : "product"}</th>
            <th scope="col">
              <span class="visually-hidden">as a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {first.map(({ index, channel, y, x, input, weight, product }) => {
            const unit = { layer: inspected.layer - 1, channel, y, x };
            return (
              <tr
                key={index}
                onPointerEnter={() => {
                  state.hovered.value = unit;
                }}
                onPointerLeave={() => {
                  state.hovered.value = null;
                }}
              >
                <th scope="row">
                  <UnitLink network={network} unit={unit} />
                </th>
                <td>{short(input)}</td>
                <td>{short(weight)}</td>
                <td>
                  <b>{short(product)}</b>
                </td>
                <td class="contribution-bar">
                  <span
                    class={`contribution-line ${product < 0 ? "negative" : "positive"}`}
                    style={{ transform: `scaleX(${Math.abs(product) / most})` }}
                  />
                </td>
              </tr>
            );
          })}
          {rest > 0 && (
            <tr>
              <th scope="row">the other {rest} together</th>
              <td />
              <td />
              <td>
                <b>{short(others)}</b>
              </td>
              <td />
            </tr>
          )}
        </tbody>
      </table>
    </details>
  );
}

/** A unit's name: to be gone to, so that one follows the numbers through the network. A pixel has nothing behind it. */
export function UnitLink({ network, unit }: { network: Description; unit: Unit }) {
  const name = unitName(network, unit);
  if (unit.layer < 0) return <>{name}</>;
  return (
    <button
      type="button"
      class="link"
      onFocus={() => {
        state.hovered.value = unit;
      }}
      onBlur={() => {
        state.hovered.value = null;
      }}
      onClick={() => {
        state.hovered.value = null; // this line is gone before the pointer leaves it
        state.pinned.value = unit;
      }}
    >
      {name}
    </button>
  );
}

export function Sign({ children }: { children: string }) {
  return <span class="sign">{children}</span>;
}

export function Value({ name, value, strong = false }: { name: string; value: number; strong?: boolean }) {
  return (
    <span class={strong ? "sum-value strong" : "sum-value"}>
      <b data-value={value}>{precise(value)}</b>
      <span>{name}</span>
    </span>
  );
}
