// The arithmetic of the pinned unit, forward and backward, number by number. It can be played across the unit's map.
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shapeOf } from "../../draw/layout/receptive-field";
import { isOutput, layerName, sizeName, unitName } from "../../draw/names";
import type { Description, Inspected, View } from "../../engine/pkg/lenet";
import { winner } from "../../model/arithmetic";
import { actions, state, type Unit } from "../../state";
import { NextIcon, PauseIcon, PlayIcon, PreviousIcon } from "../parts/icons";
import { Segments } from "../parts/segments";
import { Backward } from "./backward";
import { Forward } from "./forward";
import { Matrix } from "./matrix";
import { WindowPlace } from "./place";
import { Softmax } from "./softmax";
import "./inspector.css";

const TABS = { forward: "Forward", backward: "Backward", matrix: "As a matrix product" } as const;
type Tab = keyof typeof TABS;

const tab = signal<Tab>("forward");
/** The channel of the window that is shown number by number. */
const channel = signal(0);
const playing = signal(false);

/** How long the window stays at one place while it plays. */
const STEP_MS = 900;

export function Inspector() {
  useEffect(() => {
    const stop = effect(() => actions.inspect(state.pinned.value));
    return () => {
      stop();
      actions.inspect(null);
    };
  }, []);
  useEffect(() => effect(play), []);
  const network = state.description.value;
  const view = state.view.value;
  const inspected = view?.inspected ?? null;
  const unit = state.pinned.value;
  const layer = unit === null ? undefined : network?.layers[unit.layer];
  // The snapshot may still describe the unit that was pinned before.
  const shown = network && layer && unit && inspected && inspected.layer === unit.layer ? inspected : null;
  return (
    <div class="inspector">
      <div class="view-bar">
        <h2>Inspector</h2>
        {network && unit && <span class="inspector-unit">{unitName(network, unit)}</span>}
        {shown && layer && <Tabs matrix={layer.layer.type === "conv"} />}
        {network && unit && shown && <Moves network={network} unit={unit} />}
      </div>
      {!shown && (
        <p class="view-words">
          {unit !== null && unit.layer < 0
            ? "A pixel is not computed from anything. Choose a unit of a later layer."
            : "Click any unit of the network, or go to it with the arrow keys and press Enter. You will see here what it is computed from, number by number, and how it learns. "}
          {network && view && (
            <button type="button" class="small" onClick={() => pin(example(network, view))}>
              Show me one
            </button>
          )}
        </p>
      )}
      {network && shown && <Shown network={network} inspected={shown} />}
    </div>
  );
}

function Shown({ network, inspected }: { network: Description; inspected: Inspected }) {
  const planned = network.layers[inspected.layer];
  if (!planned) return null;
  const wanted = Math.min(channel.value, inspected.window.channels - 1);
  // A map that the filter is not connected to has no products to show.
  const sees = planned.sees[inspected.channel];
  const at = sees === undefined || sees.includes(wanted) ? wanted : (sees[0] ?? 0);
  const props = { network, planned, inspected, channel: at, onChannel };
  const now = tab.value === "matrix" && planned.layer.type !== "conv" ? "forward" : tab.value;
  return (
    <div class="inspector-body">
      {planned.input.height * planned.input.width > 1 && <WindowPlace {...props} />}
      <div class="inspector-numbers">
        {now === "forward" && <Forward {...props} />}
        {now === "backward" && <Backward {...props} />}
        {now === "matrix" && <Matrix {...props} />}
        {isOutput(network, inspected.layer) && <Softmax inspected={inspected} />}
      </div>
    </div>
  );
}

function onChannel(to: number): void {
  channel.value = to;
}

function Tabs({ matrix }: { matrix: boolean }) {
  const tabs = (Object.keys(TABS) as Tab[]).filter((each) => each !== "matrix" || matrix);
  return (
    <Segments
      group="inspector-tab"
      legend="What the inspector shows"
      choices={tabs.map((value) => ({ value, label: TABS[value] }))}
      chosen={tabs.includes(tab.value) ? tab.value : "forward"}
      onChoose={(chosen) => {
        tab.value = chosen;
      }}
    />
  );
}

/** Goes to the unit before or after, plays, and goes to the same place of another map. */
function Moves({ network, unit }: { network: Description; unit: Unit }) {
  const { channels, height, width } = shapeOf(network, unit.layer);
  const what = isOutput(network, unit.layer) ? "Digit" : height * width > 1 ? "Map" : "Unit";
  const name = layerName(network, unit.layer);
  return (
    <fieldset class="inspector-moves">
      <legend class="visually-hidden">Move over the units of {name}</legend>
      <button type="button" class="quiet icon-only small" aria-label="One unit back" onClick={() => move(-1)}>
        <PreviousIcon />
      </button>
      <button
        type="button"
        class="quiet icon-only small"
        aria-label={playing.value ? "Pause the window" : `Play the window across ${sizeName(network, unit.layer)}`}
        aria-pressed={playing.value}
        onClick={() => {
          playing.value = !playing.value;
        }}
      >
        {playing.value ? <PauseIcon /> : <PlayIcon />}
      </button>
      <button type="button" class="quiet icon-only small" aria-label="One unit forward" onClick={() => move(1)}>
        <NextIcon />
      </button>
      <label>
        {what}{" "}
        <select
          aria-label={what}
          value={unit.channel}
          onChange={(event) => pin({ ...unit, channel: Number(event.currentTarget.value) })}
        >
          {Array.from({ length: channels }, (_, i) => (
            <option key={i} value={i}>
              {isOutput(network, unit.layer) ? i : i + 1}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="quiet small" onClick={() => pin(null)}>
        Deselect
      </button>
    </fieldset>
  );
}

function pin(unit: Unit | null): void {
  if (unit === null) playing.value = false;
  state.pinned.value = unit;
}

/** Goes `by` units further in reading order and, after the last of the map, to its first. */
function move(by: number): void {
  const [network, unit] = [state.description.peek(), state.pinned.peek()];
  if (!network || !unit) return;
  const { channels, height, width } = shapeOf(network, unit.layer);
  const round = (at: number, length: number) => ((at % length) + length) % length;
  if (height * width === 1) {
    pin({ ...unit, channel: round(unit.channel + by, channels) });
    return;
  }
  const at = round(unit.y * width + unit.x + by, height * width);
  pin({ ...unit, y: Math.floor(at / width), x: at % width });
}

/** Moves on at regular intervals while it plays. */
function play(): (() => void) | undefined {
  if (state.pinned.value === null) playing.value = false;
  if (!playing.value) return;
  const timer = setInterval(() => move(1), STEP_MS);
  return () => clearInterval(timer);
}

/** A unit to begin with: the one of the first convolution that has the largest activation. */
function example(network: Description, view: View): Unit {
  const layer = Math.max(
    0,
    network.layers.findIndex(({ layer }) => layer.type === "conv"),
  );
  const { height, width } = shapeOf(network, layer);
  const best = winner(view.activations[layer] ?? new Float32Array(1));
  const at = best % (height * width);
  return { layer, channel: Math.floor(best / (height * width)), y: Math.floor(at / width), x: at % width };
}
