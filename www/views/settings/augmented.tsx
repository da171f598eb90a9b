// The chosen image sixteen times as training would change it with the settings as they are: one sees what a slider does.
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawTiles } from "../../draw/pixels";
import { actions, state } from "../../state";
import "./augmented.css";

const SHOWN = 16;
const COLUMNS = 8;

/** Which of all changes that the seed makes come first. */
const first = signal(0);
const images = signal<Uint8Array[]>([]);
const five = signal<Uint8Array[]>([]);
/** The panel is open and this part of it in sight. */
const seen = signal(false);

const settingOf = (name: string) => state.settings.value.find((setting) => setting.name === name)?.value;

/** How far each change may go; the smoothness changes nothing by itself. */
const isOn = computed(() =>
  state.settings.value.some(
    ({ name, value }) => name.startsWith("augment_") && name !== "augment_smoothness" && value !== 0,
  ),
);

/** The chosen image as bytes, which it was. */
const pixels = computed(() => Uint8Array.from(state.view.value?.input ?? [], (grey) => Math.round(255 * grey)));

/** All that the pictures depend on. */
const asked = computed(() => {
  const settings = state.settings.value.filter(({ name }) => name.startsWith("augment_") || name === "seed");
  return `${settings.map(({ value }) => value)} ${first.value} ${pixels.value}`;
});

export function Augmented() {
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (part.current === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      seen.value = entry?.isIntersecting ?? false;
    });
    observer.observe(part.current);
    return () => observer.disconnect();
  }, []);
  useEffect(
    () =>
      effect(() => {
        if (seen.value && asked.value !== "" && pixels.value.length > 0) void fetchImages();
      }),
    [],
  );
  return (
    <div class="augmented" ref={part}>
      <p>Only training images are changed, another way each time they come: never validation or test images.</p>
      {isOn.value ? (
        <>
          <Tiles images={images.value} name={`The chosen image, changed ${SHOWN} times`} />
          <div class="augmented-tools">
            <span>The chosen image as training would change it.</span>
            <button
              type="button"
              class="small"
              onClick={() => {
                first.value += SHOWN;
              }}
            >
              Another sixteen
            </button>
            <button type="button" class="quiet small" onClick={() => setAll(() => 0)}>
              All off
            </button>
          </div>
        </>
      ) : (
        <div class="augmented-tools">
          <span>All are off. Move shift, rotation, scale, shear, elastic or stroke, and see here what it does.</span>
          <button
            type="button"
            class="small"
            title="Shift 1, rotation 10, scale 0.1, elastic 20: LeNet-5 reads 99.41 % of the test images right after five epochs instead of 99.22 (means of two seeds)."
            onClick={() => setAll((name) => GOOD_START[name] ?? 0)}
          >
            A good start
          </button>
        </div>
      )}
      {settingOf("expand") === true && (
        <>
          <Tiles images={five.value} name="The chosen image, expanded five-fold" />
          <p>Expanded five-fold: as it is, and a pixel up, down, left and right.</p>
        </>
      )}
    </div>
  );
}

/**
 * LeNet-5 with all else as it is, means of two seeds: 99.41 % of the test images after 5 epochs instead of 99.22, 99.48 after
 * 10 instead of 99.35. More does not help so soon: with shift 2 and elastic 34 it is 99.20 after 10.
 * `lenet train --seeds 2 epochs=5 augment_shift=1 augment_rotation=10 augment_scale=0.1 augment_elastic=20`
 */
const GOOD_START: Record<string, number> = {
  augment_shift: 1,
  augment_rotation: 10,
  augment_scale: 0.1,
  augment_elastic: 20,
};

function setAll(wanted: (name: string) => number): void {
  for (const { name } of state.settings.value) {
    if (name.startsWith("augment_") && name !== "augment_smoothness") actions.set(name, wanted(name));
  }
}

function Tiles({ images, name }: { images: Uint8Array[]; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && images.length > 0) drawTiles(canvas.current, images, 28, COLUMNS);
  }, [images]);
  const few = images.length < COLUMNS ? "five" : "";
  return <canvas ref={canvas} class={`augmented-tiles ${few}`} role="img" aria-label={name} width={238} height={58} />;
}

/** What the pictures on show were asked for with; one question is under way at a time. */
let answered = "";
let asking = false;

async function fetchImages(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    // What changes meanwhile, a slider that moves on, is asked for next.
    while (answered !== asked.peek()) {
      answered = asked.peek();
      const image = pixels.peek();
      const [changed, moved] = await Promise.all([
        actions.augmented(image, first.peek(), SHOWN),
        actions.expanded(image),
      ]);
      images.value = changed;
      five.value = moved;
    }
  } catch {
    answered = ""; // the engine has failed: the status line says so
  } finally {
    asking = false;
  }
}
