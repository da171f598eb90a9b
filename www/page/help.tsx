// The keys, in a panel that `?` opens.
import { signal } from "@preact/signals";
import { ClearIcon, HelpIcon } from "../views/parts/icons";
import { Late } from "../views/parts/late";

const keys = async () => (await import("./all-keys")).AllKeys;
/** Whether the panel was ever opened. */
const wanted = signal(false);

export function HelpButton() {
  return (
    <button
      type="button"
      class="quiet icon-only help-button"
      aria-label="Keys"
      aria-keyshortcuts="?"
      title="The keys (?)"
      popovertarget="help"
    >
      <HelpIcon />
    </button>
  );
}

export function Help() {
  return (
    <div
      id="help"
      popover="auto"
      class="panel-over help"
      role="dialog"
      aria-label="Keys"
      onToggle={() => {
        wanted.value = true;
      }}
    >
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close"
          popovertarget="help"
          popovertargetaction="hide"
        >
          <ClearIcon />
        </button>
      </header>
      {wanted.value && <Late program={keys} />}
    </div>
  );
}

export function toggleHelp(): void {
  document.querySelector<HTMLElement>("#help")?.togglePopover();
}
