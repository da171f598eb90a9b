// The badge that names the backend, and its panel.
import { state } from "../../state";
import { PanelOver } from "../parts/panel-over";
import "./backend.css";

const choice = async () => (await import("./backend-choice")).BackendChoice;

export function BackendBadge() {
  const label = state.status.value?.backend_label ?? "…";
  return (
    <button
      type="button"
      class="badge"
      popovertarget="backend"
      title="The backend that trains, its speed, and the reason for it"
      disabled={state.status.value === null}
    >
      <span>{state.preparing.value ? "Preparing WebGPU …" : label}</span>
    </button>
  );
}

export function BackendPanel() {
  return <PanelOver id="backend" name="Backend" title={state.status.value?.backend_label ?? ""} program={choice} />;
}
