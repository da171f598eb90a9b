// The badge that says what trains, and behind it how fast each backend is here, why this one, and the choice.

import { count, rounded } from "../../model/words";
import { actions, state } from "../../state";
import { ClearIcon } from "../parts/icons";
import "./backend.css";

const BACKENDS = [
  { value: "auto", label: "The faster one" },
  { value: "cpu", label: "CPU" },
  { value: "webgpu", label: "WebGPU" },
] as const;

export function BackendBadge() {
  const label = state.status.value?.backend_label ?? "…";
  return (
    <button
      type="button"
      class="badge"
      popovertarget="backend"
      title="What trains, how fast, and why"
      disabled={state.status.value === null}
    >
      <span>{state.preparing.value ? "Preparing WebGPU …" : label}</span>
    </button>
  );
}

export function BackendPanel() {
  const status = state.status.value;
  return (
    <div id="backend" popover="auto" class="panel-over backend" role="dialog" aria-label="Backend">
      <header>
        <h2>{status?.backend_label ?? ""}</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close"
          popovertarget="backend"
          popovertargetaction="hide"
        >
          <ClearIcon />
        </button>
      </header>
      <p>{state.preparing.value ? PREPARING : status?.choice.why}</p>
      <Speeds />
      <fieldset>
        <legend>Train on</legend>
        {BACKENDS.map(({ value, label }) => (
          <label key={value}>
            <input
              type="radio"
              name="backend"
              checked={status?.choice.wanted === value}
              disabled={state.preparing.value}
              onClick={(event) => {
                // The engine may refuse; what it says in the next snapshot is what is checked.
                event.preventDefault();
                actions.setBackend(value);
              }}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <footer>
        A run goes on as it is on another backend. <a href="./bench.html">How fast, kernel by kernel</a>
      </footer>
    </div>
  );
}

const PREPARING = "WebGPU’s kernels are being compiled and tried. That takes a few seconds.";

/** The two measured numbers, or the way to them. */
function Speeds() {
  const choice = state.status.value?.choice;
  if (choice?.speeds == null) {
    return (
      <button
        type="button"
        disabled={state.preparing.value || choice === undefined}
        onClick={() => actions.compareBackends()}
      >
        Measure both
      </button>
    );
  }
  const { cpu, webgpu } = choice.speeds;
  const fastest = Math.max(cpu, webgpu);
  return (
    <dl class="speeds">
      {[
        { name: "CPU", speed: cpu },
        { name: "WebGPU", speed: webgpu },
      ].map(({ name, speed }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <meter aria-label={`Speed on ${name}`} value={speed} max={fastest} />
            <span>{count(rounded(speed))}</span> <small>images/s</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
