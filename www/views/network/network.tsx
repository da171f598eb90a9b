// The network: every layer with its activations for the chosen image, live, in space or flat. Pointing at a unit shows
// its receptive field back to the pixels, and the units that it feeds; a click pins it.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { HomeIcon, MinusIcon, PlusIcon } from "../parts/icons";
import { startFlat } from "./flat";
import { NetworkInWords } from "./in-words";
import { hasSpace, type Space, startSpace } from "./space";
import "./network.css";

/** Whether the network is drawn in space; at first, if the screen is wide enough. */
const inSpace = signal(matchMedia("(min-width: 700px)").matches && hasSpace());
/** Whether the reader has asked for space and the browser cannot draw it. */
const refused = signal(false);

export function Network() {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const blocks = useRef<HTMLCanvasElement>(null);
  const sign = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  const space = useRef<Space | null>(null);
  const deep = inSpace.value;

  useEffect(() => {
    if (!box.current || !canvas.current || !sign.current || !spoken.current) return;
    const elements = { box: box.current, canvas: canvas.current, sign: sign.current, spoken: spoken.current };
    if (!deep || !blocks.current) return startFlat(elements);
    const made = startSpace({ ...elements, blocks: blocks.current });
    space.current = made;
    return () => {
      space.current = null;
      made.stop();
    };
  }, [deep]);

  const keys = deep
    ? " Alt and the arrow keys orbit it, plus and minus zoom, F frames a layer, 0 shows everything."
    : "";
  return (
    <div class={deep ? "network space" : "network"}>
      <fieldset class="segments network-mode">
        <legend class="visually-hidden">How the network is drawn</legend>
        {(["3-D", "Flat"] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="network-mode"
              checked={deep === (name === "3-D")}
              onChange={() => {
                refused.value = name === "3-D" && !hasSpace();
                inSpace.value = name === "3-D" && !refused.value;
              }}
            />
            {name}
          </label>
        ))}
      </fieldset>
      {deep && (
        <div class="space-tools">
          <button
            type="button"
            class="quiet icon-only small"
            aria-label="Nearer"
            onClick={() => space.current?.zoom(1.25)}
          >
            <PlusIcon />
          </button>
          <button
            type="button"
            class="quiet icon-only small"
            aria-label="Further"
            onClick={() => space.current?.zoom(0.8)}
          >
            <MinusIcon />
          </button>
          <button
            type="button"
            class="quiet icon-only small"
            aria-label="Everything in sight"
            onClick={() => space.current?.home()}
          >
            <HomeIcon />
          </button>
          <span class="space-hint">
            Point at a unit to see what it sees · drag to turn · double-click to frame a layer
          </span>
        </div>
      )}
      {refused.value && (
        <p class="network-refusal" role="status">
          This browser has no WebGL. The flat picture shows the same.
        </p>
      )}
      <div
        key={deep ? "space" : "flat"}
        class="network-box picture"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk through the picture
        tabIndex={0}
        role="application"
        aria-label="The network, layer by layer"
        aria-describedby="network-keys"
      >
        {deep && <canvas class="space-blocks" ref={blocks} />}
        <canvas ref={canvas} />
        <div class="tip" ref={sign} aria-hidden="true" hidden />
      </div>
      <p id="network-keys" class="visually-hidden">
        Arrow keys go from unit to unit, with Shift from map to map; square brackets go from layer to layer; Enter pins
        a unit, Escape unpins it.{keys}
      </p>
      <p class="visually-hidden" aria-live="polite" ref={spoken} />
      <NetworkInWords />
    </div>
  );
}
