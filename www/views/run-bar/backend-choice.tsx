// The speeds of the backends, the reason for the one that trains, and the choice.
import { count, rounded } from "../../model/words";
import { actions, state } from "../../state";

const BACKENDS = [
  { value: "auto", label: "The faster one" },
  { value: "cpu", label: "CPU" },
  { value: "webgpu", label: "WebGPU" },
] as const;

export function BackendChoice() {
  const status = state.status.value;
  return (
    <>
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
                // The engine may refuse, so the next snapshot checks the button.
                event.preventDefault();
                actions.setBackend(value);
              }}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <footer>
        The run continues unchanged on another backend. <a href="./bench.html">The speed of every kernel</a>
      </footer>
    </>
  );
}

const PREPARING = "The WebGPU kernels are being compiled and measured. This takes a few seconds.";

/** The two measured speeds, or the button that measures them. */
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
