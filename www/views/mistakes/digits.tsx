// The number of training images of each digit, beside the mistakes that a lack of them causes.
import { computed } from "@preact/signals";
import type { DigitShare } from "../../engine/pkg/lenet";
import { count } from "../../model/words";
import { state } from "../../state";

/** As text, because every status has new objects of the same numbers. */
const asText = computed(() => JSON.stringify(state.status.value?.digits ?? []));

export function DigitShares() {
  const digits: DigitShare[] = JSON.parse(asText.value);
  const most = Math.max(1, ...digits.map(({ samples, drawn }) => Math.max(samples, drawn)));
  const weighs = digits.some(({ weight }) => weight !== 1);
  const redrawn = digits.some(({ samples, drawn }) => samples !== drawn);
  const percent = (images: number): string => `${(100 * images) / most}%`;
  return (
    <section class="mistakes-digits" aria-label="Training images of each digit">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">digit</span>
            </th>
            <th scope="col" colSpan={2}>
              trained on
            </th>
            {redrawn && <th scope="col">drawn</th>}
            {weighs && <th scope="col">weight</th>}
          </tr>
        </thead>
        <tbody>
          {digits.map(({ samples, drawn, weight }, digit) => (
            <tr key={digit}>
              <th scope="row">{digit}</th>
              <td class="share" aria-hidden="true">
                {redrawn && <i class="drawn" style={{ width: percent(drawn) }} />}
                <i style={{ width: percent(samples) }} />
              </td>
              <td>{count(samples)}</td>
              {redrawn && <td>{count(drawn)}</td>}
              {weighs && <td>{weight < 100 ? weight.toPrecision(3) : weight.toFixed(0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="view-words">
        The training images of each digit{redrawn && ", the number that an epoch draws (rare ones several times)"}
        {weighs && ", and the weight of their loss"}.{" "}
        <button type="button" class="link" popovertarget="settings" onClick={showImbalance}>
          Make some digits rare, or compensate for it
        </button>
      </p>
    </section>
  );
}

/** Scrolls the settings to those about this. */
function showImbalance(): void {
  requestAnimationFrame(() => document.querySelector("#setting-imbalance")?.scrollIntoView({ block: "start" }));
}
