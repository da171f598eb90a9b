// The keys, in a panel that `?` opens.
import { HelpIcon } from "../views/parts/icons";
import { PanelOver } from "../views/parts/panel-over";

const keys = async () => (await import("./all-keys")).AllKeys;

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
  return <PanelOver id="help" name="Keys" program={keys} />;
}

export function toggleHelp(): void {
  document.querySelector<HTMLElement>("#help")?.togglePopover();
}
