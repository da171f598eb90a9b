// Has the engine train an ensemble, and tells the page and the caller what happens.
import type { Engine, EngineMessage, EnsembleResult } from "./pkg/lenet";
import { post } from "./post";

/** The parts of the worker that an ensemble needs. */
interface Surroundings {
  /** Another run has begun. */
  startedAfresh: () => void;
  /** Takes the engine's messages, and has it work. */
  goOn: () => void;
}

export class EnsembleTrainer {
  private ended = Promise.withResolvers<void>();

  constructor(
    private readonly engine: Engine,
    private readonly around: Surroundings,
  ) {}

  /** Trains the members that are missing, and answers how well all do together. */
  async train(members: number): Promise<EnsembleResult> {
    this.engine.begin_ensemble(members);
    this.ended = Promise.withResolvers();
    this.around.goOn();
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
    if (message.type !== "ensemble_ended") return;
    if (message.refusal === null) this.ended.resolve();
    else this.ended.reject(new Error(message.refusal));
  }

  /** Tells the page which member is being trained, and how well the complete ones do. */
  tell(): void {
    post({ type: "ensemble", ensemble: this.engine.ensemble() });
    this.tellOpinion();
  }

  /** Tells the page what the members predict for the chosen image. */
  tellOpinion(): void {
    post({ type: "opinion", opinion: this.engine.opinion() ?? null });
  }
}
