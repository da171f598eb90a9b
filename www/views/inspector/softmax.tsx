// From logits to probabilities to the loss.
import { short } from "../../draw/names";
import type { Inspected } from "../../engine/pkg/lenet";
import { percent } from "../../model/words";
import { state } from "../../state";

export function Softmax({ inspected }: { inspected: Inspected }) {
  const view = state.view.value;
  const logits = view?.activations.at(-1);
  if (!view || !logits) return null;
  const largest = Math.max(...logits);
  const powers = [...logits].map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return (
    <div class="softmax">
      <h3>Softmax and loss</h3>
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">digit</th>
            <th scope="col">logit z</th>
            <th scope="col">e^(z − max)</th>
            <th scope="col">÷ {short(sum)} = probability p</th>
            <th scope="col">∂loss/∂z = p − [label]</th>
          </tr>
        </thead>
        <tbody>
          {powers.map((power, digit) => (
            <tr key={digit} class={digit === inspected.label ? "label" : ""} aria-current={digit === inspected.channel}>
              <th scope="row">{digit}</th>
              <td>{short(logits[digit] ?? 0)}</td>
              <td>{short(power)}</td>
              <td>{percent(power / sum, 2)}</td>
              <td>{short(power / sum - (digit === inspected.label ? 1 : 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="inspector-words">
        {inspected.assumed ? "The label is taken to be" : "The image is a"} {inspected.label}: loss = −ln{" "}
        {percent((powers[inspected.label] ?? 0) / sum, 2)} = <b>{short(inspected.loss)}</b>.
      </p>
    </div>
  );
}
