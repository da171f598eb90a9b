// Keeps a run that its reader would miss: one that was trained for longer than a minute since it was last saved. If
// another run takes its place, it can be brought back; before the page is left, the page asks.
import { later } from "./later";
import type { Engine, Status } from "./pkg/lenet";
import { post } from "./post";

/** The seconds of training, by the engine's clock, after which a run would be missed. */
const LONG_SECONDS = 60;

/** A run that another has replaced. */
interface Kept {
  bytes: Uint8Array;
  step: number;
  /** Its seconds of training, and those that a file of the reader's contains. */
  seconds: number;
  saved: number;
}

export class Keeper {
  /** The run that `undo` would bring back. */
  private kept: Kept | null = null;
  /** The seconds of training of the present run that a file of the reader's contains. */
  private saved = 0;
  private isUnsaved = false;

  constructor(private readonly engine: Engine) {}

  /** The present run as a file, if it would be missed. Called before another run begins. */
  async take(): Promise<Kept | null> {
    const { step, seconds, phase } = await this.engine.status();
    if (!this.wouldBeMissed({ seconds, phase })) return null;
    const { saved } = this;
    try {
      await later();
      return { bytes: await this.engine.save("safetensors"), step, seconds, saved };
    } catch {
      return null; // it cannot be kept, and another run is to begin all the same
    }
  }

  /** Called when another run has begun, of which a file contains so many seconds of training. */
  replaced(kept: Kept | null, saved = 0): void {
    this.saved = saved;
    this.tell(false);
    if (kept === null) return;
    this.kept = kept;
    post({ type: "replaced", step: kept.step, seconds: kept.seconds });
  }

  /** The run that was replaced last. It can be brought back once. */
  back(): Kept {
    const { kept } = this;
    if (kept === null) throw new Error("There is no run to bring back");
    this.kept = null;
    return kept;
  }

  /** Called when the present run was saved at this moment. */
  savedAt({ seconds }: Pick<Status, "seconds">): void {
    this.saved = Math.max(this.saved, seconds);
    this.tell(false);
  }

  /** Called with every snapshot's status. */
  heed(status: Status): void {
    const missed = this.wouldBeMissed(status);
    // What saves it is fetched while there is a network.
    if (missed && !this.isUnsaved) later().catch(() => {});
    this.tell(missed);
  }

  private wouldBeMissed({ seconds, phase }: Pick<Status, "seconds" | "phase">): boolean {
    return phase !== "diverged" && seconds - this.saved > LONG_SECONDS;
  }

  private tell(isUnsaved: boolean): void {
    if (isUnsaved !== this.isUnsaved) post({ type: "unsaved", unsaved: isUnsaved });
    this.isUnsaved = isUnsaved;
  }
}
