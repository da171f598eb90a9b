// Sixteen of the digits that the pen draws among the training images.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { actions } from "../../state";
import { useInSight } from "./in-sight";
import { Others, SHOWN, Tiles } from "./tiles";

/** The number of the first digit that is shown. */
const first = signal(0);
const images = signal<Uint8Array[]>([]);

export function Pen() {
  const part = useRef<HTMLDivElement>(null);
  const seen = useInSight(part).value;
  useEffect(() => {
    if (!seen) return;
    let wanted = true;
    actions.drawings(first.value, SHOWN).then(
      (drawn) => {
        if (wanted) images.value = drawn;
      },
      () => {}, // the engine has failed, and the status line says so
    );
    return () => {
      wanted = false;
    };
  }, [seen, first.value]);
  return (
    <div class="tiled" ref={part}>
      <Tiles images={images.value} name={`${SHOWN} digits that the pen draws`} />
      <div class="tiled-tools">
        <span>Digits as the pen draws them, each by another hand.</span>
        <Others first={first}>Other digits</Others>
      </div>
    </div>
  );
}
