// The largest products of a sum, one a line; pointing at a line shows its input in the network, and a click goes there.
import { short } from "../../draw/names";
import { connected, strongest } from "../../model/arithmetic";
import { state } from "../../state";
import { type InspectorProps, UnitLink } from "./parts";

/** How many contributions have a line of their own. */
const LINES = 8;

export function Contributions({ network, inspected, planned }: InspectorProps) {
  const { layer } = planned;
  const { first, others } = strongest(inspected, layer, LINES);
  const rbf = layer.type === "rbf";
  const largest = Math.abs(first[0]?.product ?? 0) || 1;
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
                    style={{ transform: `scaleX(${Math.abs(product) / largest})` }}
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
