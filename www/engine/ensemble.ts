// Has the engine train an ensemble, and tells the page and the caller what happens.
import type { EnsembleResult, FromWorker, Message } from "./protocol";
import type { WasmEngine } from "./wasm-engine";

/** The parts of the worker that an ensemble needs. */
export interface Surroundings {
  engine: WasmEngine;
  post: (message: FromWorker) => void;
  /** Another run has begun. */
  startedAfresh: () => void;
  /** Takes the engine's messages, and has it work. */
  goOn: () => void;
}

export class EnsembleTrainer {
  private ended = Promise.withResolvers<void>();

  constructor(private readonly around: Surroundings) {}

  /** Trains the members that are missing, and answers how well all do together. */
  async train(members: number): Promise<EnsembleResult> {
    const { engine, goOn } = this.around;
    engine.begin_ensemble(members);
    this.ended = Promise.withResolvers();
    goOn();
    await this.ended.promise;
    const { result } = engine.ensemble();
    if (result === null) throw new Error("The ensemble has no members any more");
    return result;
  }

  forget(): void {
    this.around.engine.forget_ensemble();
    this.tell();
  }

  hear(message: Exclude<Message, { type: "notice" }>): void {
    if (message.type === "member_learns") this.around.startedAfresh();
    else this.tell();
    if (message.type !== "ensemble_ended") return;
    if (message.refusal === null) this.ended.resolve();
    else this.ended.reject(new Error(message.refusal));
  }

  /** Tells the page which member is being trained, and how well the complete ones do. */
  tell(): void {
    const { engine, post } = this.around;
    post({ type: "ensemble", ensemble: engine.ensemble() });
    this.tellOpinion();
  }

  /** Tells the page what the members predict for the chosen image. */
  tellOpinion(): void {
    const { engine, post } = this.around;
    post({ type: "opinion", opinion: engine.opinion() });
  }
}
