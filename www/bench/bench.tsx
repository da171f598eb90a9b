// The bench measures how fast each backend trains each network on this machine, beside what the cost model predicts for
// other hardware. `cargo xtask bench` opens this page too, and takes its numbers from `window.bench`.

// This comes first, so that the page's own styles override the shared ones, both served and bundled.
import "../style.css";

import { signal } from "@preact/signals";
import { render } from "preact";
import { Client } from "../engine/client";
import type { BenchTask } from "../engine/pkg/lenet";
import type { Bench } from "../engine/protocol";
import { presetName } from "../model/words";
import { take } from "../page/arguments/takes";
import type { BenchConsole } from "../page/console";
import { BenchTables } from "./tables";
import "./bench.css";

declare global {
  interface Window {
    bench: BenchConsole;
  }
}

const BATCH_SIZES = [10, 64, 256];
const SECONDS = 2;
const BACKENDS: Pick<BenchTask, "backend" | "workers">[] = [
  { backend: "cpu", workers: 1 },
  { backend: "cpu" }, // as many workers as there are cores
  { backend: "webgpu" },
];
const TASKS: BenchTask[] = ["lenet5", "nielsen2"].flatMap((preset) =>
  BACKENDS.map((backend) => ({ preset, ...backend, batch_sizes: BATCH_SIZES, seconds: SECONDS })),
);

const benches = signal<Bench[]>([]);
/** A sentence about what is being measured, or why nothing can be measured. */
const words = signal("Loading the data …");
const idle = signal(false);

const client = new Client((notice) => {
  if (notice.type === "failed") words.value = notice.message;
});
client.ready.then(() => {
  words.value = "";
  idle.value = true;
});

async function run(given?: BenchTask[]): Promise<Bench[]> {
  const tasks = take("run", given).tasks ?? TASKS;
  await client.ready;
  idle.value = false;
  benches.value = [];
  for (const task of tasks) {
    words.value = `Measuring ${presetName(task.preset)} on ${task.backend === "cpu" ? "the CPU" : "WebGPU"} …`;
    const bench = await client.call("bench", task).then(
      (measured) => ({ task, measured, refused: null }),
      (error: Error) => ({ task, measured: null, refused: error.message }),
    );
    benches.value = [...benches.value, bench];
  }
  words.value = "";
  idle.value = true;
  return benches.value;
}

function Page() {
  return (
    <main class="bench">
      <p>
        <a href="./">← LeNet Live</a>
      </p>
      <h1>How fast it trains here</h1>
      <p>
        Both networks, on one core, on all cores and on WebGPU, in mini-batches of {BATCH_SIZES.join(", ")} images:
        about {TASKS.length * BATCH_SIZES.length * SECONDS * 1.5 + 16} seconds. Leave this tab in front meanwhile.
      </p>
      <p class="bench-start">
        <button type="button" class="primary" disabled={!idle.value} onClick={() => void run()}>
          Measure
        </button>
        <span role="status">{words.value}</span>
      </p>
      <BenchTables benches={benches.value} />
      {benches.value.length > 0 && (
        <details>
          <summary>The numbers as JSON</summary>
          <pre>{JSON.stringify(benches.value, null, 1)}</pre>
        </details>
      )}
    </main>
  );
}

window.bench = { run };
render(<Page />, document.body);
