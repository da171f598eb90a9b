// All keys of the page, and what they do.
import { available, toolKey } from "../model/tools";
import "./all-keys.css";

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

export function AllKeys() {
  return (
    <>
      <Keys title="Anywhere" keys={ANYWHERE} />
      <Keys title="Tools" keys={available.value.map(({ name, title }) => [toolKey(name), title])} />
      <Keys title="In the network" keys={IN_THE_NETWORK} />
      <Keys title="On the pad" keys={ON_THE_PAD} />
    </>
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
