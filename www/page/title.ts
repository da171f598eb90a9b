// The tab's title shows the state of training while the page is in the background.
import { effect } from "@preact/signals";
import { percent } from "../model/words";
import { state } from "../state";

export function startTitle(): void {
  effect(() => {
    const status = state.status.value;
    const accuracy = status?.test_accuracy ?? status?.validation_accuracy;
    const read = accuracy == null ? "" : `${percent(accuracy)} · `;
    const title =
      status?.phase === "training"
        ? `▶ ${read}epoch ${Math.floor(status.epoch) + 1} · LeNet Live`
        : `${read}LeNet Live`;
    if (document.title !== title) document.title = title;
  });
}
