// The feature maps of one layer for the chosen image, as large as possible. Pointing at a unit works as in the network.
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Legend } from "../../draw/colour/legend";
import { rangeOf } from "../../draw/colour/range";
import { layerRanges, scaleKind } from "../../draw/colour/ranges";
import { isOutput, kindName, layerName, sizeName } from "../../draw/names";
import { state } from "../../state";
import { Segments } from "../parts/segments";
import { startMaps } from "./canvas";
import { Excited } from "./excited";
import "./maps.css";

/** The layer that is shown; a network with fewer layers shows its last. */
const picked = signal(0);
const ownRanges = signal(false);
/** Whether the pre-activations are shown instead of the activations. */
const before = signal(false);

const layer = computed(() => Math.min(picked.value, (state.description.value?.layers.length ?? 1) - 1));
const hasPreActivations = computed(() => {
  const made = state.description.value?.layers[layer.value]?.layer;
  return made !== undefined && "activation" in made && made.activation !== "none";
});
const showsPreActivations = computed(() => before.value && hasPreActivations.value);
const range = computed(() => {
  const preActivations = state.view.value?.pre_activations[layer.value];
  if (showsPreActivations.value) return preActivations ? rangeOf(preActivations, true) : null;
  return layerRanges.value?.(layer.value) ?? null;
});

export function Maps() {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sign = useRef<HTMLDivElement>(null);

  useEffect(() => {
    // Pinning a unit shows its layer.
    const follow = effect(() => {
      const pinned = state.pinned.value;
      if (pinned && pinned.layer >= 0) picked.value = pinned.layer;
    });
    if (!box.current || !canvas.current || !sign.current) return follow;
    const stop = startMaps(
      { box: box.current, canvas: canvas.current, sign: sign.current },
      { layer, ownRanges, showsPreActivations },
    );
    return () => {
      follow();
      stop();
    };
  }, []);

  const network = state.description.value;
  return (
    <div class="maps">
      <div class="maps-first">
        <div class="view-bar">
          <h2>Feature maps</h2>
          <Segments
            group="maps-layer"
            legend="Layer"
            choices={network?.layers.map(({ name }, value) => ({ value, label: name })) ?? []}
            chosen={layer.value}
            onChoose={(at) => {
              picked.value = at;
            }}
          />
          {hasPreActivations.value && (
            <label class="check" title="Shows the weighted sums that go into the activation function">
              <input
                type="checkbox"
                checked={before.value}
                onChange={(event) => {
                  before.value = event.currentTarget.checked;
                }}
              />
              Before the activation
            </label>
          )}
          <label class="check" title="Colours each map from its own smallest to its own largest number">
            <input
              type="checkbox"
              checked={ownRanges.value}
              onChange={(event) => {
                ownRanges.value = event.currentTarget.checked;
              }}
            />
            Each map its own scale
          </label>
          {network && (
            <span class="view-words maps-size">
              {sizeName(network, layer.value)},{" "}
              {isOutput(network, layer.value) && network.layers[layer.value]?.layer.type !== "rbf"
                ? "logits"
                : kindName(network, layer.value)}
            </span>
          )}
          {network && !ownRanges.value && (
            <Legend kind={showsPreActivations.value ? "signed" : scaleKind(network, layer.value)} range={range} />
          )}
          {ownRanges.value && (
            <span class="view-words">The scale of each map is from its own minimum to its own maximum.</span>
          )}
        </div>
        <div class="picture" ref={box}>
          <canvas
            ref={canvas}
            role="img"
            aria-label={network ? `The feature maps of ${layerName(network, layer.value)}` : "The feature maps"}
          />
          <div class="tip" ref={sign} aria-hidden="true" hidden />
        </div>
      </div>
      {network && <Excited network={network} layer={layer.value} />}
    </div>
  );
}
