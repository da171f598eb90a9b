// Finds a learning rate: a panel with the loss of a sweep over learning rates, and the rate that the sweep suggests.
import { signal } from "@preact/signals";
import { plain } from "../../model/words";
import { actions, state } from "../../state";
import { SweepIcon } from "../parts/icons";
import { Late } from "../parts/late";
import { PanelOver } from "../parts/panel-over";
import "./rate-finder.css";

const plot = async () => (await import("./sweep-plot")).SweepPlot;
const isOpen = signal(false);

export function RateFinderButton() {
  return (
    <button
      type="button"
      class="quiet icon-only"
      aria-label="Find a rate"
      title="Find a learning rate"
      popovertarget="rate-finder"
      disabled={state.status.value === null}
    >
      <SweepIcon />
    </button>
  );
}

export function RateFinderPanel() {
  return (
    <PanelOver
      id="rate-finder"
      name="Find a learning rate"
      close="Close the finder"
      onToggle={(open) => {
        isOpen.value = open;
        if (open) actions.findLearningRate();
      }}
    >
      <p>
        A copy of the network as it is now trains on {state.limits.value?.rates} mini-batches, each at a higher rate
        than the one before. The loss falls where the rate is of use and rises where it is too high. Your run is not
        touched.
      </p>
      {isOpen.value && <Late program={plot} />}
      <Outcome />
      <footer>
        After L. Smith, <i>Cyclical learning rates</i> (2017), 3.3, with your optimizer, mini-batch and other settings.
      </footer>
    </PanelOver>
  );
}

function Outcome() {
  const curve = state.rates.value;
  if (state.loading.value !== null && curve === null) {
    return <p role="status">The training images are still loading. The sweep begins when all have arrived.</p>;
  }
  if (curve === null || curve.progress < 1) {
    if (!state.sweeping.value) return <p role="status">There is no sweep to show.</p>;
    return (
      <div class="sweep-outcome">
        <progress aria-label="Progress of the sweep" value={curve?.progress ?? 0} max={1} />
      </div>
    );
  }
  const { suggestion } = curve;
  return (
    <div class="sweep-outcome">
      <p role="status">
        {suggestion === null
          ? "No rate made the loss fall, because this network is already trained or its gradients are zero. Press Reset and try again."
          : `Suggested: ${plain(suggestion)}, a tenth of the rate at which the smoothed loss is lowest.`}
      </p>
      {suggestion !== null && <Use rate={suggestion} />}
    </div>
  );
}

function Use({ rate }: { rate: number }) {
  const inUse = state.settings.value.find(({ name }) => name === "learning_rate")?.value === rate;
  return (
    <button
      type="button"
      class={inUse ? "" : "primary"}
      disabled={inUse}
      onClick={() => actions.set("learning_rate", rate)}
    >
      {inUse ? `${plain(rate)} is in use` : `Use ${plain(rate)}`}
    </button>
  );
}
