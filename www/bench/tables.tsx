// The bench's results: one table of all speeds, and for each network the kernels of a step, on one core and on WebGPU.
import type { BenchLine } from "../engine/pkg/lenet";
import type { Bench } from "../engine/protocol";
import { count, counted, figures, presetName, rounded } from "../model/words";

export function BenchTables({ benches }: { benches: Bench[] }) {
  if (benches.length === 0) return null;
  const adapter = benches.find(({ measured }) => measured?.adapter != null)?.measured?.adapter;
  return (
    <>
      {adapter !== undefined && <p>WebGPU is {adapter}.</p>}
      <Summary benches={benches} />
      {benches.map((bench) => {
        const line = bench.measured?.lines.find(({ batch_size }) => batch_size === 64);
        return line === undefined || line.kernels.length === 0 ? null : (
          <Kernels key={bench.task.preset + bench.task.backend} bench={bench} line={line} />
        );
      })}
    </>
  );
}

function Summary({ benches }: { benches: Bench[] }) {
  return (
    <div class="bench-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Network</th>
            <th scope="col">Backend</th>
            <th scope="col">Mini-batch</th>
            <th scope="col">Images/s</th>
            <th scope="col">GFLOP/s</th>
            <th scope="col">Dispatches a step</th>
            <th scope="col">Submits a step</th>
            <th scope="col">Bytes read a step</th>
          </tr>
        </thead>
        <tbody>{benches.map(rows)}</tbody>
      </table>
    </div>
  );
}

const backendOf = ({ task, measured }: Bench) =>
  task.backend === "webgpu" ? "WebGPU" : `CPU, ${counted(measured?.workers ?? task.workers ?? 1, "worker")}`;

function rows(bench: Bench) {
  const { task, measured, refused } = bench;
  const backend = backendOf(bench);
  if (measured === null) {
    return (
      <tr key={task.preset + backend}>
        <td>{presetName(task.preset)}</td>
        <td>{backend}</td>
        <td colSpan={6}>{refused}</td>
      </tr>
    );
  }
  const onGpu = (value: number) => (task.backend === "cpu" ? "–" : figures(value));
  return measured.lines.map((line) => (
    <tr key={task.preset + backend + line.batch_size}>
      <td>{presetName(task.preset)}</td>
      <td>{backend}</td>
      <td>{line.batch_size}</td>
      <td>{count(Math.round(line.images_per_second))}</td>
      <td>{figures(line.flops / 1e9)}</td>
      <td>{onGpu(line.dispatches)}</td>
      <td>{onGpu(line.submits)}</td>
      <td>{onGpu(line.bytes_read)}</td>
    </tr>
  ));
}

function Kernels({ bench, line }: { bench: Bench; line: BenchLine }) {
  const { measured, task } = bench;
  const total = line.kernels.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const onGpu = task.backend === "webgpu";
  const rate = measured?.product_rate ?? 0;
  return (
    <section>
      <h2>
        {presetName(task.preset)} on {onGpu ? "WebGPU" : "one core"}: a step of 64 images
      </h2>
      <p>
        {onGpu ? "The adapter multiplies two 512 × 512" : "The core multiplies two 256 × 256"} matrices at{" "}
        {figures(rate / 1e9)} GFLOP/s; training reaches {Math.round((100 * line.flops) / rate)} % of that.
        {onGpu && ` Its kernels were compiled in ${measured?.seconds_to_compile.toFixed(1)} s.`}
      </p>
      <div class="bench-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{onGpu ? "Kernel" : "Operation"}</th>
              <th scope="col">µs</th>
              <th scope="col">Share</th>
              {onGpu && <th scope="col">Workgroups</th>}
              <th scope="col">MFLOP</th>
              {onGpu && <th scope="col">kB</th>}
              <th scope="col">GFLOP/s</th>
              {!onGpu && <th scope="col">Of the product</th>}
            </tr>
          </thead>
          <tbody>
            {line.kernels.map(({ name, seconds, flop, bytes, groups }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>{seconds === null ? "no clock" : count(Math.round(seconds * 1e6))}</td>
                <td>{seconds === null ? "–" : `${Math.round((100 * seconds) / total)} %`}</td>
                {onGpu && <td>{count(groups)}</td>}
                <td>{flop === 0 ? "–" : figures(flop / 1e6)}</td>
                {onGpu && <td>{count(Math.round(bytes / 1e3))}</td>}
                <td>{seconds === null || flop === 0 ? "–" : figures(flop / seconds / 1e9)}</td>
                {!onGpu && (
                  <td>{seconds === null || flop === 0 ? "–" : `${Math.round((100 * flop) / seconds / rate)} %`}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {onGpu && <Predictions line={line} />}
    </section>
  );
}

function Predictions({ line }: { line: BenchLine }) {
  return (
    <>
      <p>On paper, from the cost model in the engine’s source (backend/cost.rs), a step of 64 images takes:</p>
      <ul>
        {line.predictions.map(({ hardware, seconds }) => (
          <li key={hardware}>
            {hardware}: {figures(seconds * 1e3)} ms, {count(rounded(64 / seconds))} images/s
          </li>
        ))}
        <li>
          measured here: {figures((64 / line.images_per_second) * 1e3)} ms, {count(rounded(line.images_per_second))}{" "}
          images/s
        </li>
      </ul>
    </>
  );
}
