// The network: every layer with its activations for the chosen image, live, in space or flat. Pointing at a unit shows
// its receptive field back to the pixels, and the units that it feeds; a click pins it.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { HomeIcon, MinusIcon, PlusIcon } from "../parts/icons";
import { Segments } from "../parts/segments";
import { NetworkInWords } from "./in-words";
import type { Elements } from "./listen";
import { hasSpace, type Space, startSpace } from "./space";
import "./network.css";

const MODES = [
  { value: "space", label: "3-D" },
  { value: "flat", label: "Flat" },
] as const;
/** Whether the network is drawn in space. */
const inSpace = signal(hasSpace());
/** Why the network is flat although the reader has asked for space. */
const refused = signal<string | null>(null);
/** How often WebGL was lost since the reader has chosen space; each time it is drawn on a new canvas. */
const losses = signal(0);
/** After so many losses it would be lost again, and the network stays flat. */
const ENOUGH = 3;

function choose(space: boolean): void {
  losses.value = 0;
  inSpace.value = space && hasSpace();
  refused.value = space && !inSpace.value ? "This browser has no WebGL. The flat picture shows the same." : null;
}

/** A driver that was restarted and a laptop that has slept lose WebGL, but mostly give it again when asked. */
function recover(): void {
  if (losses.value + 1 < ENOUGH && hasSpace()) losses.value++;
  else {
    inSpace.value = false;
    refused.value = "The browser has lost WebGL. The flat picture shows the same; 3-D tries again.";
  }
}

/** Draws the flat picture, whose program is fetched for it; returns a function that stops it. */
function flatLater(elements: Elements): () => void {
  let stop = (): void => {};
  let gone = false;
  import("./flat").then(
    ({ startFlat }) => {
      if (!gone) stop = startFlat(elements);
    },
    () => {
      refused.value = "The flat picture could not be fetched. Save your run, then reload the page.";
    },
  );
  return () => {
    gone = true;
    stop();
  };
}

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
    if (!deep || !blocks.current) return flatLater(elements);
    try {
      const made = startSpace({ ...elements, blocks: blocks.current, onLost: recover });
      space.current = made;
      return () => {
        space.current = null;
        made.stop();
      };
    } catch {
      recover(); // it was lost before anything was drawn
    }
  }, [deep, losses.value]);

  const keys = deep
    ? " Alt and the arrow keys orbit it, plus and minus zoom, F frames a layer, 0 shows everything."
    : "";
  return (
    <div class={deep ? "network space" : "network"}>
      <div
        key={deep ? `space ${losses.value}` : "flat"}
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
      <div class="network-tools">
        {deep && (
          <>
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
          </>
        )}
        <Segments
          group="network-mode"
          legend="How the network is drawn"
          choices={MODES}
          chosen={deep ? "space" : "flat"}
          onChoose={(mode) => choose(mode === "space")}
        />
      </div>
      {refused.value !== null && (
        <p class="network-refusal" role="status">
          {refused.value}
        </p>
      )}
      <p id="network-keys" class="visually-hidden">
        Arrow keys go from unit to unit, with Shift from map to map; square brackets go from layer to layer; Enter pins
        a unit, Escape unpins it.{keys}
      </p>
      <p class="visually-hidden" aria-live="polite" ref={spoken} />
      <NetworkInWords />
    </div>
  );
}
