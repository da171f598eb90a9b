// Chooses the channel of the window that is shown number by number; each channel shows what it adds.

import { cellColours } from "../../draw/colour/readable";
import { layerName, short } from "../../draw/names";
import { state } from "../../state";
import type { InspectorProps } from "./parts";

interface Props extends InspectorProps {
  values: number[];
  /** The name of the values, which follows "what their" in the label. */
  label: string;
}

export function Channels({ network, planned, inspected, channel, onChannel, values, label }: Props) {
  if (values.length < 2) return null;
  const reach = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
  const name = layerName(network, inspected.layer - 1);
  const sees = planned.sees[inspected.channel];
  const isSeen = (map: number): boolean => sees?.includes(map) ?? true;
  return (
    <fieldset class="channels">
      <legend>
        {values.length} maps of {name}
        {sees && sees.length < values.length && `, of which this filter is connected to ${sees.length}`}: what their{" "}
        {label}
      </legend>
      {values.map((value, i) => (
        <label
          key={i}
          class={i === channel ? "chosen" : isSeen(i) ? "" : "absent"}
          style={isSeen(i) ? cellColours(value, { low: -reach, high: reach }, "signed", state.theme.value) : {}}
          title={`Map ${i + 1} of ${name}${isSeen(i) ? "" : ": not connected"}`}
        >
          <input
            type="radio"
            name="inspector-channel"
            class="visually-hidden"
            checked={i === channel}
            disabled={!isSeen(i)}
            onChange={() => onChannel(i)}
          />
          <span class="channel-number">{i + 1}</span>
          <b class="channel-value" data-value={value}>
            {isSeen(i) ? short(value) : "–"}
          </b>
        </label>
      ))}
    </fieldset>
  );
}
