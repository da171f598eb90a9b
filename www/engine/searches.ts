// Searches that take seconds: the engine does them in pieces, and training and other calls have their turn between.
import type { Engine, SurveyResult, SweepResult } from "./pkg/lenet";
import { post } from "./post";
import { SNAPSHOT_MS } from "./snapshots";
import { nextTask, TURN_MS } from "./tasks";

/** Reads all test images with the network as it is now. */
export async function survey(engine: Engine): Promise<SurveyResult> {
  const survey = await engine.survey();
  try {
    while (survey.run(TURN_MS)) await nextTask();
    return survey.result();
  } finally {
    survey.free();
  }
}

/** Sweeps of learning rates; only the one that was begun last goes on. */
export class Sweeps {
  private begun = 0;

  constructor(private readonly engine: Engine) {}

  async find(): Promise<SweepResult> {
    const own = ++this.begun;
    const sweep = await this.engine.find_rate();
    try {
      for (let told = 0; sweep.run(TURN_MS); await nextTask()) {
        if (own !== this.begun) throw new Error("Another sweep was begun");
        if (performance.now() - told < SNAPSHOT_MS) continue;
        told = performance.now();
        post({ type: "rates", curve: sweep.result() });
      }
      return sweep.result();
    } finally {
      sweep.free();
    }
  }
}
