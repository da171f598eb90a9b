// Trains the members of an ensemble, one after the other as runs of the page, and has each read the test images.
// The run may be paused and go on, and settings may change: that is the reader's business, and a change counts from
// where its declaration says. What begins another run or another network ends it; the members it has are kept with their network.
import type { Status } from "./pkg/lenet";
import type { EnsembleResult, FromWorker } from "./protocol";
import type { WasmEngine } from "./wasm-engine";

export const MAX_MEMBERS = 9;

/** What of the worker an ensemble needs. */
export interface Surroundings {
  engine: WasmEngine;
  post: (message: FromWorker) => void;
  /** The engine has been reset. */
  startedAfresh: () => void;
  /** How often that has happened, or another network came. */
  starts: () => number;
  train: () => Promise<Status>;
  /** Resolves when training next stops, whoever started it. */
  stopped: () => Promise<Status>;
  nextTask: () => Promise<void>;
}

export class EnsembleTrainer {
  private underWay: { wanted: number; seed: number; reading: boolean } | null = null;

  constructor(private readonly around: Surroundings) {}

  /** Trains those that are missing to `members`, and answers what all come to together. */
  async train(members: number): Promise<EnsembleResult> {
    const { engine } = this.around;
    if (!Number.isInteger(members) || members < 2 || members > MAX_MEMBERS) {
      throw new Error(`An ensemble has 2 to ${MAX_MEMBERS} members: give {members: 5}`);
    }
    if (this.underWay !== null) {
      throw new Error(`An ensemble of ${this.underWay.wanted} is being trained already: Reset ends it`);
    }
    try {
      while (engine.ensemble_members() < members) await this.trainOne(members);
    } finally {
      this.underWay = null;
      this.tell();
    }
    const result = engine.ensemble();
    if (result === null) throw new Error("There is no member yet");
    return result;
  }

  forget(): void {
    if (this.underWay !== null)
      throw new Error("An ensemble is being trained: Reset ends it, then it can be forgotten");
    this.around.engine.forget_ensemble();
    this.tell();
  }

  /** Tells the page who is there and what goes on. */
  tell(): void {
    const { engine, post } = this.around;
    post({ type: "ensemble", ensemble: { underWay: this.underWay, result: engine.ensemble() } });
    this.tellOpinion();
  }

  /** What the members say of the chosen image. */
  tellOpinion(): void {
    const { engine, post } = this.around;
    post({ type: "opinion", opinion: engine.opinion() });
  }

  private async trainOne(wanted: number): Promise<void> {
    const { engine, startedAfresh, starts, train, stopped, nextTask } = this.around;
    const had = engine.ensemble_members();
    const seed = engine.begin_member();
    this.underWay = { wanted, seed, reading: false };
    startedAfresh();
    const start = starts();
    const ended = `The ensemble ended with ${had} of ${wanted} members`;
    const check = () => {
      if (starts() === start) return;
      const kept = engine.ensemble_members() === had;
      throw new Error(`${ended}: ${kept ? "another run was begun" : "another network begins without any"}.`);
    };
    let status = await train();
    check();
    // Paused, or a single step: whoever goes on trains this member on.
    while (status.phase !== "finished") {
      if (status.phase === "diverged")
        throw new Error(`${ended}: the loss of seed ${seed} is no number any more. ${status.message ?? ""}`);
      status = await stopped();
      check();
    }
    this.underWay = { wanted, seed, reading: true };
    this.tell();
    const reading = await engine.read_member();
    try {
      while (reading.run(READING_MS)) await nextTask();
      check();
      reading.keep();
    } finally {
      reading.free();
    }
  }
}

/** How long it reads at a time. */
const READING_MS = 12;
