// Why the engine refuses a call: a sentence, and the layer and the field that it is about.

export interface Reason {
  message: string;
  /** The layer's place in the list; null: it is about no single layer. */
  layer: number | null;
  /** The layer's field, the setting or the key of a configuration; null: it is about no single one. */
  field: string | null;
}

/** A refusal as the page's calls throw it. */
export class Refusal extends Error implements Reason {
  override name = "Refusal";
  readonly layer: number | null;
  readonly field: string | null;

  constructor({ message, layer, field }: Reason) {
    super(message);
    this.layer = layer;
    this.field = field;
  }
}

/** The reason in a caught value: the engine throws an Error with `layer` and `field` (src/wasm/thrown.rs). */
export function refusalOf(error: unknown): Reason {
  if (!(error instanceof Error)) return { message: String(error), layer: null, field: null };
  const { message, layer, field } = error as Partial<Reason> & Error;
  return { message, layer: layer ?? null, field: field ?? null };
}
