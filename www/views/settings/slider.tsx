// The slider of a setting that is a number.
import type { CurrentSetting } from "../../engine/pkg/lenet";
import { NOTCHES, scaleOf } from "../../model/scale";
import { plain } from "../../model/words";
import { actions } from "../../state";

export function Slider({ setting, label }: { setting: CurrentSetting; label: string }) {
  const { kind, value, name } = setting;
  if (kind.type !== "number" || typeof value !== "number") return null;
  const scale = scaleOf(kind);
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={plain(value)}
      min={0}
      max={NOTCHES}
      step="any"
      value={scale.toNotch(value)}
      onInput={(event) => actions.set(name, scale.toValue(event.currentTarget.valueAsNumber))}
    />
  );
}
