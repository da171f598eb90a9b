// The nine test images with the largest activation of a map, with a frame around the place that caused it.
import { useEffect, useRef, useState } from "preact/hooks";
import { receptiveField, shapeOf } from "../../draw/layout/receptive-field";
import { isOutput, layerName, short } from "../../draw/names";
import { drawPixels } from "../../draw/pixels";
import type { Description, SurveyResult } from "../../engine/pkg/lenet";
import { actions, state } from "../../state";
import { SurveyButton } from "../parts/survey-button";
import "./excited.css";

type Found = SurveyResult["strongest"][number][number][number];

interface Props {
  network: Description;
  layer: number;
}

export function Excited({ network, layer }: Props) {
  const { channels, height, width } = shapeOf(network, layer);
  const [picked, pick] = useState(0);
  const pinned = state.pinned.value;
  useEffect(() => {
    if (pinned?.layer === layer) pick(pinned.channel);
  }, [pinned, layer]);
  const channel = Math.min(picked, channels - 1);
  const survey = state.survey.value;
  const found = survey?.strongest[layer]?.[channel] ?? [];
  const what = isOutput(network, layer) ? "digit" : height * width > 1 ? "map" : "unit";
  return (
    <section class="excited" aria-label="The test images with the largest activations of a map">
      <div class="view-bar">
        <h3>Largest activations</h3>
        <label>
          {layerName(network, layer)}, {what}{" "}
          <select value={channel} onChange={(event) => pick(Number(event.currentTarget.value))}>
            {Array.from({ length: channels }, (_, i) => (
              <option key={i} value={i}>
                {isOutput(network, layer) ? i : i + 1}
              </option>
            ))}
          </select>
        </label>
        <SurveyButton />
      </div>
      {survey === null ? (
        <p class="view-words">
          This will show the nine of the 10,000 test images with the largest activations of the network as it is now.
        </p>
      ) : (
        <ul class="excited-images">
          {found.map((each) => (
            <Image key={each.image} network={network} layer={layer} channel={channel} found={each} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Image({ network, layer, channel, found }: Props & { channel: number; found: Found }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [label, setLabel] = useState<number | null>(null);
  useEffect(() => {
    let gone = false;
    actions.testImages([found.image]).then(
      ([image]) => {
        if (gone || canvas.current === null || image === undefined) return;
        drawPixels(canvas.current, image.pixels, network.input.width);
        setLabel(image.label);
      },
      () => {}, // the engine has failed, and the status line says so
    );
    return () => {
      gone = true;
    };
  }, [found.image]);
  const unit = { layer, channel, y: found.y, x: found.x };
  const field = receptiveField(network, unit).at(-1);
  const { height, width } = network.input;
  const percent = (part: number, of: number): string => `${(100 * part) / of}%`;
  return (
    <li>
      <button
        type="button"
        class="excited-image"
        title={`Test image ${found.image}`}
        aria-label={`Test image ${found.image}${label === null ? "" : `, a ${label}`}: ${short(found.value)}`}
        disabled={label === null}
        onClick={() => {
          if (label === null) return;
          actions.choose({ kind: "test", index: found.image, label });
          state.pinned.value = unit;
        }}
      >
        <canvas ref={canvas} width={width} height={height} />
        {field && (
          <span
            class="excited-spot"
            style={{
              top: percent(field.top, height),
              left: percent(field.left, width),
              width: percent(field.right - field.left, width),
              height: percent(field.bottom - field.top, height),
            }}
          />
        )}
      </button>
      <span>{short(found.value)}</span>
    </li>
  );
}
