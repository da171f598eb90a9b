// Lets the engine train an ensemble, and reports the progress to the page and the result to the caller.
import type { Engine, EngineMessage, EnsembleResult } from "./pkg/lenet";
import { post } from "./post";

/** The parts of the worker that an ensemble needs. */
interface Surroundings {
  /** Called when another run has begun. */
  startedAfresh: () => void;
  /** Sends the page a snapshot. */
  show: () => void;
  /** Delivers the engine's messages, and lets it work. */
  goOn: () => void;
}

export class EnsembleTrainer {
  private ended = Promise.withResolvers<void>();

  constructor(
    private readonly engine: Engine,
    private readonly around: Surroundings,
  ) {}

  /** Begins to train the missing members. */
  begin(members: number): void {
    this.engine.begin_ensemble(members);
    this.ended = Promise.withResolvers();
    this.ended.promise.catch(() => {}); // the caller awaits it later
    this.around.goOn();
  }

  /** Resolves with the accuracy of all members when all are trained. */
  async result(): Promise<EnsembleResult> {
    await this.ended.promise;
    const { result } = this.engine.ensemble();
    if (result === null) throw new Error("The ensemble has no members any more");
    return result;
  }

  forget(): void {
    this.engine.forget_ensemble();
    this.tell();
  }

  hear(message: Exclude<EngineMessage, { type: "notice" }>): void {
    if (message.type === "member_learns") this.around.startedAfresh();
    else this.tell();
    // A page that draws slowly may not have received the member's losses, and the next member's run discards them.
    if (message.type === "member_reads") this.around.show();
    if (message.type !== "ensemble_ended") return;
    if (message.refusal === null) this.ended.resolve();
    else this.ended.reject(new Error(message.refusal));
  }

  /** Sends the progress of the training and the accuracy of the complete members to the page. */
  tell(): void {
    post({ type: "ensemble", ensemble: this.engine.ensemble() });
    this.tellOpinion();
  }

  /** Sends the members' predictions for the chosen image to the page. */
  tellOpinion(): void {
    post({ type: "opinion", opinion: this.engine.opinion() ?? null });
  }
}
