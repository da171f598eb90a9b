// Why the engine refuses a call: a sentence, and the layer and the field that it is about.

export interface Reason {
  message: string;
  /** The layer's place in the list; null: it is about no single layer. */
  layer: number | null;
  /** The layer's field, the setting or the key of a configuration; null: it is about no single one. */
  field: string | null;
}

/** No word is shown beyond so many characters, because it may be anything that was given. */
const MOST_OF_WORD = 60;
/** No sentence is longer. */
const MOST = 1000;
const LONG_WORD = new RegExp(`(\\S{${MOST_OF_WORD}})\\S+`, "g");

/** A sentence that does not repeat at length what was given. */
export function brief(sentence: string): string {
  const short = sentence.replace(LONG_WORD, "$1…");
  return short.length <= MOST ? short : `${short.slice(0, MOST / 2)}…${short.slice(-MOST / 2)}`;
}

/** A refusal as the page's calls throw it. */
export class Refusal extends Error implements Reason {
  override name = "Refusal";
  readonly layer: number | null;
  readonly field: string | null;

  constructor({ message, layer, field }: Reason) {
    super(brief(message));
    this.layer = layer;
    this.field = field;
  }
}

/** The reason in a caught value: the engine throws an Error with `layer` and `field` (src/wasm/thrown.rs). */
export function refusalOf(error: unknown): Reason {
  if (!(error instanceof Error)) return { message: brief(String(error)), layer: null, field: null };
  const { message, layer, field } = error as Partial<Reason> & Error;
  return { message: brief(message ?? ""), layer: layer ?? null, field: field ?? null };
}
