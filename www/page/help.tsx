// The keys, in a panel that `?` opens.
import { available, toolKey } from "../model/tools";
import { ClearIcon, HelpIcon } from "../views/parts/icons";
import "./help.css";

const ANYWHERE = [
  ["Space", "train, or pause"],
  [".", "train one mini-batch"],
  ["P", "projector: only network, pad and one curve"],
  ["?", "these keys"],
  ["Esc", "let go of the pinned unit, close what lies over the page"],
] as const;
const IN_THE_NETWORK = [
  ["← ↑ → ↓", "to the next unit, with Shift to the next map"],
  ["[ ]", "to the layer before or after"],
  ["Enter", "pin the unit: its arithmetic opens"],
  ["Alt ← ↑ → ↓", "turn it"],
  ["+ −", "nearer, further"],
  ["F", "frame the layer"],
  ["0", "everything in sight"],
] as const;
const ON_THE_PAD = [
  ["Ctrl Z", "undo the last stroke"],
  ["Delete", "clear"],
] as const;

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
    <div id="help" popover="auto" class="panel-over help" role="dialog" aria-label="Keys">
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
      <Keys title="Anywhere" keys={ANYWHERE} />
      <Keys title="Tools" keys={available.value.map(({ name, title }) => [toolKey(name), title])} />
      <Keys title="In the network" keys={IN_THE_NETWORK} />
      <Keys title="On the pad" keys={ON_THE_PAD} />
    </div>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function toggleHelp(): void {
  document.querySelector<HTMLElement>("#help")?.togglePopover();
}
