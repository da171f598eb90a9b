// Saves the run as a file, and opens such a file to continue the run.
import { useRef } from "preact/hooks";
import { count } from "../../model/words";
import { actions, state } from "../../state";
import { ClearIcon, FileIcon } from "../parts/icons";
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
  const panel = useRef<HTMLDivElement>(null);
  const status = state.status.value;
  return (
    <div
      id="checkpoint"
      ref={panel}
      popover="auto"
      class="panel-over checkpoint"
      role="dialog"
      aria-label="Save and open"
    >
      <header>
        <h2>Save and open</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close"
          popovertarget="checkpoint"
          popovertargetaction="hide"
        >
          <ClearIcon />
        </button>
      </header>
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
          accept=".safetensors,image/*"
          hidden
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = ""; // otherwise the same file could not be opened again
            if (file === undefined) return;
            panel.current?.hidePopover();
            actions.openFile(file);
          }}
        />
      </div>
      <footer>Or drop a file anywhere on the page. It stays on this machine.</footer>
    </div>
  );
}
