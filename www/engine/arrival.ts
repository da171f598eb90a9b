// The training images as they arrive: training begins with the first of them. A connection that breaks is tried again.
import { fetchParts, type Sum, sentence, TRAIN_IMAGES } from "./data";
import type { Engine } from "./pkg/lenet";
import { post } from "./post";

/** How long after a broken connection the images are asked for again. */
const RETRY_MS = 3000;
/** The maximum number of attempts without a new byte. */
const MAX_TRIES = 20;

export class Arrival {
  /** All images are there. */
  isComplete = false;
  private readonly completed = Promise.withResolvers<void>();
  private readonly begun = Promise.withResolvers<void>();

  constructor(private readonly engine: Engine) {
    this.begun.promise.catch(() => {}); // the worker's start awaits it; until then it is not "unhandled"
  }

  /** Resolves when there are enough images to begin training; rejects when there will never be. */
  get enough(): Promise<void> {
    return this.begun.promise;
  }

  /** Resolves when all images are there. */
  get complete(): Promise<void> {
    return this.completed.promise;
  }

  /** Receives the images; `fed` is called whenever there are more of them. */
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

/** A file that is not what it should be: to fetch it again would not help. */
class Unusable extends Error {}

/** Gives a file to the engine; where that refuses, the sentence names the file. */
export function use(name: string, file: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    throw new Unusable(`${file} cannot be used: ${sentence(error).replace(`${name}: `, "")}`);
  }
}
