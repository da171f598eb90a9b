// Reads the configuration of a link, which people write by hand and other versions of the page have made: what is refused
// is left out, and the rest is used.
import type { Engine } from "./pkg/lenet";
import type { Configuration } from "./protocol";
import { brief, refusalOf } from "./refusal";

/** The names in a configuration that are not those of settings. */
const OTHERS = ["preset", "layers", "preprocessing", "backend", "workers"];

/** The part of a configuration that the engine accepts, and a sentence about each part that it refuses. */
export function acceptable(engine: Engine, given: Configuration): { accepted: Configuration; refused: string[] } {
  const known = new Set([...OTHERS, ...engine.settings().map(({ name }) => name)]);
  const accepted = { ...given };
  const refused: string[] = [];
  const leaveOut = (key: string, sentence: string) => {
    delete accepted[key];
    refused.push(brief(sentence));
  };
  for (const key of Object.keys(given)) {
    if (!known.has(key)) leaveOut(key, `there is no "${key}"`);
  }
  for (;;) {
    try {
      engine.check(accepted);
      return { accepted, refused };
    } catch (error) {
      const { message, layer, field } = refusalOf(error);
      const key = layer === null && field !== null && field in accepted ? field : networkOf(accepted);
      if (key === undefined) throw error;
      leaveOut(key, message);
    }
  }
}

/** The key that a refusal of a layer, or of the layers together, is about. */
function networkOf(configuration: Configuration): string | undefined {
  return ["layers", "preprocessing", "preset"].find((key) => key in configuration);
}
