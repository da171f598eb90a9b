// Prints a table of the bad days when all are over: a reporter for Playwright.
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { isBad, type Outcome } from "./outcome";

export default class Table implements Reporter {
  private readonly outcomes: Outcome[] = [];

  onTestEnd(_: TestCase, { annotations }: TestResult): void {
    for (const { type, description = "" } of annotations)
      if (type === "day") this.outcomes.push(JSON.parse(description));
  }

  onEnd(): void {
    const kinds = [...new Set(this.outcomes.map(({ kind }) => kind))];
    const line = (...cells: (string | number)[]) =>
      console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(18) : String(cell).padStart(14))).join(""));
    console.log();
    line("", "times", "went on", "lost", "twice", "same numbers", "same bits");
    for (const kind of kinds) {
      const all = this.outcomes.filter((outcome) => outcome.kind === kind);
      const count = (is: (outcome: Outcome) => boolean) => all.filter(is).length;
      const sum = (of: (outcome: Outcome) => number) => all.reduce((sum, outcome) => sum + of(outcome), 0);
      const onCpu = count(({ onGpu }) => !onGpu);
      line(
        kind,
        all.length,
        count(({ wentOn }) => wentOn),
        sum(({ lost }) => lost),
        sum(({ twice }) => twice),
        count(({ different }) => different === 0),
        onCpu === 0 ? "–" : `${count(({ onGpu, different }) => !onGpu && different === 0)} of ${onCpu}`,
      );
    }
    for (const { kind, seed, ...rest } of this.outcomes.filter(isBad)) {
      console.log(`${kind}, --seed ${seed}: ${JSON.stringify(rest)}`);
    }
  }
}
