// Helpers of the engine die in the middle of a mini-batch. The run stays on the CPU.
import { beforeWorker, engineOf } from "../clock";
import { withoutIsolation } from "../page";
import { begin, type Day, type Kind, train } from "./day";
import { forget } from "./record";

/**
 * How a helper dies: "late" receives its job and may do it, because Chromium lets a busy worker live for up to two seconds;
 * "early" has done half of it and does not answer; "loud" fails with an error event; "stuck" does not answer, and lives.
 */
const WAYS = ["late", "early", "loud", "stuck"] as const;

interface Fate {
  /** The jobs that were given so far. */
  given: number;
  /** The numbers of the jobs at which a helper dies, and how. */
  deaths: { job: number; way: (typeof WAYS)[number] }[];
  happened: number;
}

/** With shared memory a job is a number stored in its desk's header, and otherwise a message. */
const WATCH = `self.fate = { given: 0, deaths: [], happened: 0 };
  const desks = new Map();
  const giveJob = (helper, desk, give) => {
    const death = self.fate.deaths.find(({ job }) => job === self.fate.given);
    self.fate.given += 1;
    if (death === undefined) return give();
    self.fate.happened += 1;
    if (death.way === "late") give();
    else if (desk !== null) desk.numbers.fill(NaN, 0, desk.numbers.length / 2);
    if (death.way === "loud") setTimeout(() => helper.onerror(new Event("error", { cancelable: true })));
    else if (death.way !== "stuck") helper.terminate();
  };
  self.Worker = class extends self.Worker {
    postMessage(message, options) {
      if (message.type === "join" && message.desk !== null) desks.set(message.desk.header.buffer, [this, message.desk]);
      const give = () => super.postMessage(message, options);
      if (message.type === "job") giveJob(this, null, give);
      else give();
    }
  };
  const store = Atomics.store;
  Atomics.store = (numbers, place, number) => {
    const [helper, desk] = desks.get(numbers.buffer) ?? [];
    if (helper === undefined) store(numbers, place, number);
    else giveJob(helper, desk, () => store(numbers, place, number));
    return number;
  };`;

export const helpers: Kind = {
  name: "helper killed",
  async prepare(page, isEven) {
    if (!isEven) await withoutIsolation(page);
    await beforeWorker(page, WATCH);
  },
  disturb,
};

async function disturb({ page, random, configuration }: Day) {
  const workers = random.one([2, 4]);
  const deaths = Array.from({ length: random.whole(1, 2) }, () => ({
    after: random.whole(0, 40), // a run has 60 jobs for each helper
    way: random.one(WAYS),
  }));
  const engine = engineOf(page);
  if (engine === undefined) throw new Error("the engine has no worker");
  const fate = () => engine.evaluate(() => (self as unknown as { fate: Fate }).fate);
  do {
    await forget(page);
    await begin(page, { ...configuration, workers });
    const before = await fate();
    // An evaluation is no part of the run. Helpers take part in it once they have started.
    while ((await fate()).given === before.given) await page.evaluate(() => window.lenet.evaluate("validation"));
    await engine.evaluate((deaths) => {
      const { fate } = self as unknown as { fate: Fate };
      Object.assign(fate, { deaths: deaths.map(({ after, way }) => ({ job: fate.given + after, way })), happened: 0 });
    }, deaths);
    await train(page);
    // On a busy machine helpers are late, and are given fewer jobs: then the day is had again.
  } while ((await fate()).happened === 0);
  return {};
}
