// A helper of the engine: a worker with its own instance of the module, which does a share of every mini-batch.
import { claim } from "./claims";
import { buffersOf, type Desk, type FromHelper, Place, type ToHelper } from "./desk";
import { Helper, initSync } from "./pkg/lenet.js";

let helper: Helper;
let version = 0;

export function help(): void {
  self.onmessage = ({ data }: MessageEvent<ToHelper>) => {
    if (data.type === "job") {
      work(data.desk);
      post({ type: "results", desk: data.desk }, buffersOf(data.desk));
      return;
    }
    initSync({ module: data.module });
    helper = new Helper(data.layers);
    post({ type: "here" }, []);
    if (data.desk !== null) workFor(data.desk);
  };
}

/** Waits for jobs in shared memory forever, so that this thread receives no more messages. */
function workFor(desk: Desk): never {
  const { header } = desk;
  let done = 0;
  Atomics.store(header, Place.Done, done);
  for (;;) {
    Atomics.wait(header, Place.Job, done);
    done = Atomics.load(header, Place.Job);
    work(desk);
    Atomics.store(header, Place.Done, done);
    Atomics.notify(header, Place.Done);
  }
}

function work({ header, parameters, images, labels, objective, claims, nodes, numbers }: Desk): void {
  const [, , latest = 0, round = 0, task = 0, worker = 0, workers = 0, count = 0] = header;
  if (version !== latest) helper.write_parameters(parameters);
  version = latest;
  const own = new Uint32Array(objective);
  const takes = (shard: number) => claim(claims, round, shard);
  const done = helper.work(task, worker, workers, images, labels.subarray(0, count), own, takes, numbers);
  nodes.set(done);
  header[Place.Nodes] = done.length;
}

function post(message: FromHelper, transfer: ArrayBuffer[]): void {
  self.postMessage(message, { transfer });
}
