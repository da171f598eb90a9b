// Saves the run as a file, and opens such a file to continue the run.
import { useRef } from "preact/hooks";
import { count } from "../../model/words";
import { actions, state } from "../../state";
import { FileIcon } from "../parts/icons";
import { PanelOver } from "../parts/panel-over";
import "./checkpoint.css";

export function Checkpoint() {
  return (
    <>
      <button
        type="button"
        class="quiet icon-only checkpoint-button"
        aria-label="Save and open"
        title="Save this run, or open one"
        popovertarget="checkpoint"
      >
        <FileIcon />
      </button>
      <Panel />
    </>
  );
}

function Panel() {
  const input = useRef<HTMLInputElement>(null);
  const status = state.status.value;
  return (
    <PanelOver id="checkpoint" name="Save and open">
      <p>
        A checkpoint is a file with the network and its run: the weights, the settings, the optimizer state and the
        place in the epoch. Open it here, or on the command line with <code>lenet train --resume</code>, and the run
        continues as if it had never stopped.
      </p>
      <div class="checkpoint-buttons">
        <button type="button" class="primary" disabled={status === null} onClick={() => actions.saveRun()}>
          Save{status === null ? "" : ` step ${count(status.step)}`}
        </button>
        <button type="button" disabled={status === null} onClick={() => input.current?.click()}>
          Open …
        </button>
        <input
          ref={input}
          type="file"
          hidden
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = ""; // otherwise the same file could not be opened again
            if (file === undefined) return;
            event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
            actions.openFiles([file]);
          }}
        />
      </div>
      <p>
        Or save the network alone. PyTorch reads it with <code>safetensors.torch.load_file</code>: each parameter has
        the name of its layer and the shape of PyTorch. ONNX is for other programs, with the preprocessing in it.
      </p>
      <div class="checkpoint-buttons">
        <button type="button" disabled={status === null} onClick={() => actions.saveNetwork("network")}>
          Save for PyTorch
        </button>
        <button type="button" disabled={status === null} onClick={() => actions.saveNetwork("onnx")}>
          Save as ONNX
        </button>
      </div>
      <footer>
        Or drop or paste a file anywhere on the page: a run, or a network from PyTorch as <code>.safetensors</code>. It
        stays on this machine. The page's address repeats a run from its start; what the run has learned is only in a
        file.
      </footer>
    </PanelOver>
  );
}
