// Receives the training images. Training begins when the first have arrived. A broken connection is opened again, and if
// that is in vain, training goes on with the images that are here.
import { ASKED, Broken, Corrupt, type DataFile, fetchParts, type Sum, TRAIN_IMAGES } from "./data";
import { sentence } from "./fault";
import type { Engine } from "./pkg/lenet";
import { post } from "./post";

/** The time after a broken connection until the next attempt. */
const RETRY_MS = 3000;
/** The maximum number of broken connections, one after the other, that bring nothing new. */
const MAX_BREAKS = 20;

/** Something that will be reached, or cannot be reached any more. */
export class Milestone {
  isReached = false;
  private readonly settling = Promise.withResolvers<void>();

  constructor() {
    this.reached.catch(() => {}); // nobody may be waiting for it
  }

  get reached(): Promise<void> {
    return this.settling.promise;
  }

  reach(): void {
    this.isReached = true;
    this.settling.resolve();
  }

  miss(error: unknown): void {
    this.settling.reject(error);
  }
}

export class Arrival {
  /** Enough images have arrived to begin training. */
  readonly enough = new Milestone();
  /** The images have arrived from which preprocessing is computed. */
  readonly statistics = new Milestone();
  /** All images have arrived, or no more will. */
  readonly complete = new Milestone();
  /** The number of images with which the page makes do, if no more will arrive. */
  madeDoWith: number | null = null;

  constructor(private readonly engine: Engine) {}

  /** Receives the images, and calls `fed` whenever more have arrived. */
  async receive(sum: Sum, fed: () => void): Promise<void> {
    const milestones = [this.enough, this.statistics, this.complete];
    try {
      await this.receiveAll(sum, fed);
    } catch (error) {
      for (const milestone of milestones) milestone.miss(error);
      throw error;
    }
    for (const milestone of milestones) milestone.reach();
    post({ type: "loaded" });
    fed();
  }

  private async receiveAll(sum: Sum, fed: () => void): Promise<void> {
    const { engine } = this;
    let corrupt = 0;
    let breaks = 0;
    for (;;) {
      const kept = engine.resume_images();
      try {
        await this.receiveOnce(kept, corrupt > 0, sum, fed);
        return;
      } catch (error) {
        if (engine.resume_images() > kept) breaks = 0;
        if (error instanceof Corrupt) corrupt += 1;
        else breaks += 1;
        const mayMend = engine.can_train() || error instanceof Corrupt || error instanceof Broken;
        const maxBreaks = engine.can_train() ? MAX_BREAKS : ASKED;
        const givesUp = corrupt === ASKED || breaks === maxBreaks || !mayMend;
        if (!givesUp) {
          if (engine.can_train())
            notice(error, "Training goes on with the images that are here, and the rest is asked for again.");
          if (!(error instanceof Corrupt)) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        if (!engine.can_train()) throw error;
        this.madeDoWith = engine.cut_short();
        const images = this.madeDoWith.toLocaleString("en-US");
        notice(
          error,
          `Training goes on with the ${images} training images that are here. Reload the page to ask for the rest.`,
        );
        return;
      }
    }
  }

  /** Makes one attempt to receive the images. The first `kept` bytes are there already. */
  private async receiveOnce(kept: number, afresh: boolean, sum: Sum, fed: () => void): Promise<void> {
    const { engine } = this;
    let at = 0;
    for await (const part of fetchParts(TRAIN_IMAGES, sum.of(TRAIN_IMAGES), afresh)) {
      const fresh = part.subarray(Math.max(0, kept - at));
      at += part.length;
      if (fresh.length === 0) continue;
      use(TRAIN_IMAGES, () => engine.add_images(fresh));
      if (engine.can_train()) this.enough.reach();
      if (engine.has_statistics()) this.statistics.reach();
      fed();
    }
    use(TRAIN_IMAGES, () => engine.end_images());
  }
}

function notice(error: unknown, what: string): void {
  post({ type: "notice", message: `${sentence(error)}. ${what}` });
}

/** Loads a file into the engine. An error names the file. */
export function use({ name, file }: DataFile, load: () => void): void {
  try {
    load();
  } catch (error) {
    throw new Corrupt(`${file} cannot be used: ${sentence(error).replace(`${name}: `, "")}`);
  }
}
