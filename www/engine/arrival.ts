// Receives the training images. Training begins when the first have arrived. A broken connection is opened again.
import { fetchParts, type Sum, sentence, TRAIN_IMAGES } from "./data";
import type { Engine } from "./pkg/lenet";
import { post } from "./post";

/** The time after a broken connection until the next attempt. */
const RETRY_MS = 3000;
/** The maximum number of attempts without a new byte. */
const MAX_TRIES = 20;

export class Arrival {
  /** Whether all images have arrived. */
  isComplete = false;
  private readonly completed = Promise.withResolvers<void>();
  private readonly begun = Promise.withResolvers<void>();

  constructor(private readonly engine: Engine) {
    this.begun.promise.catch(() => {}); // the worker's start awaits it; until then it is not "unhandled"
  }

  /** Resolves when enough images have arrived to begin training. Rejects if they cannot arrive any more. */
  get enough(): Promise<void> {
    return this.begun.promise;
  }

  /** Resolves when all images have arrived. */
  get complete(): Promise<void> {
    return this.completed.promise;
  }

  /** Receives the images, and calls `fed` whenever more have arrived. */
  async receive(sum: Sum, fed: () => void): Promise<void> {
    try {
      await this.receiveAll(sum, fed);
    } catch (error) {
      this.begun.reject(error);
      throw error;
    }
    this.isComplete = true;
    this.begun.resolve();
    post({ type: "loaded" });
    this.completed.resolve();
    fed();
  }

  private async receiveAll(sum: Sum, fed: () => void): Promise<void> {
    const { engine } = this;
    const { name, file } = TRAIN_IMAGES;
    let have = 0;
    for (let tries = 1; ; tries++) {
      try {
        let at = 0;
        for await (const part of fetchParts(TRAIN_IMAGES, sum.of(TRAIN_IMAGES))) {
          const fresh = part.subarray(Math.max(0, have - at));
          at += part.length;
          if (fresh.length === 0) continue;
          use(name, file, () => engine.add_images(fresh));
          have = at;
          tries = 1;
          if (engine.can_train()) this.begun.resolve();
          fed();
        }
        use(name, file, () => engine.end_images());
        return;
      } catch (error) {
        if (error instanceof Unusable || !engine.can_train() || tries === MAX_TRIES) throw error;
        const message = `${sentence(error)}. Training goes on with the images that are here, and the rest is asked for again.`;
        post({ type: "notice", message });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** An error in the file itself, which another attempt would not repair. */
class Unusable extends Error {}

/** Loads a file into the engine. An error names the file. */
export function use(name: string, file: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    throw new Unusable(`${file} cannot be used: ${sentence(error).replace(`${name}: `, "")}`);
  }
}
