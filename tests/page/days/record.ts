// Records what the engine tells the page about a run: every step with its loss, every evaluation, every notice.
import type { Page } from "@playwright/test";
import type { Snapshot, Status } from "../../../www/engine/pkg/lenet";
import type { FromWorker } from "../../../www/engine/protocol";

/** A snapshot without its views. */
export interface Report {
  status: Status;
  first: number;
  losses: number[];
  accuracies: number[];
  evaluations: Snapshot["evaluations"];
}

export interface Record {
  reports: Report[];
  notices: string[];
  /** How many runs have begun. */
  configured: number;
}

declare global {
  interface Window {
    record: Record;
  }
}

/** Records from the next navigation on. */
export async function record(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.record = { reports: [], notices: [], configured: 0 };
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
          if (data.type === "notice") window.record.notices.push(data.message);
          if (data.type === "configured") window.record.configured += 1;
          if (data.type !== "snapshot") return;
          const { status, losses, evaluations } = data.snapshot;
          window.record.reports.push({
            status,
            first: losses.first_step,
            losses: [...losses.loss],
            accuracies: [...losses.accuracy],
            evaluations,
          });
        });
      }
    };
  });
}

/** Forgets what was recorded. */
export const forget = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.record = { reports: [], notices: [], configured: 0 };
  });

/** What was recorded, with all that has happened. */
export async function recorded(page: Page): Promise<Record> {
  await page.evaluate(async () => {
    // A snapshot has what the engine knew when it began to make it. While one is made, another is asked for.
    for (let times = 0; times < 2; times++) {
      await window.lenet.status();
      const before = window.record.reports.length;
      while (window.record.reports.length === before) {
        const { phase } = await window.lenet.status();
        // While the run trains, snapshots come by themselves.
        if (phase !== "training") await window.lenet.pause();
      }
    }
  });
  return page.evaluate(() => window.record);
}
