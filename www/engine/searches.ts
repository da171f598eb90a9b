// Searches that take seconds. The engine does them in pieces, so that training and other calls continue between the
// pieces.
import type { Engine, SurveyResult, SweepResult } from "./pkg/lenet";
import { post } from "./post";
import { nextTask, TURN_MS } from "./tasks";

/** The minimum time between two reports of a sweep to the page, in milliseconds. */
const TOLD_MS = 50;

/** Predicts all test images with the present network. */
export async function survey(engine: Engine): Promise<SurveyResult> {
  const survey = await engine.survey();
  try {
    while (survey.run(TURN_MS)) await nextTask();
    return survey.result();
  } finally {
    survey.free();
  }
}

/** Sweeps of learning rates. A new sweep ends the one before. */
export class Sweeps {
  private begun = 0;

  constructor(private readonly engine: Engine) {}

  async find(): Promise<SweepResult> {
    const own = ++this.begun;
    const sweep = await this.engine.find_rate();
    try {
      for (let told = 0; sweep.run(TURN_MS); await nextTask()) {
        if (own !== this.begun) throw new Error("Another sweep was begun");
        if (performance.now() - told < TOLD_MS) continue;
        told = performance.now();
        post({ type: "rates", curve: sweep.result() });
      }
      return sweep.result();
    } finally {
      sweep.free();
    }
  }
}
