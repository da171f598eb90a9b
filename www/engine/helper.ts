// A helper of the engine: a worker with its own instance of the module, which does a part of every mini-batch.
import { buffersOf, type Desk, type FromHelper, objectiveOf, Place, type ToHelper } from "./desk";
import { Helper, initSync } from "./pkg/lenet.js";

let helper: Helper;
let version = 0;

self.onmessage = ({ data }: MessageEvent<ToHelper>) => {
  if (data.type === "job") {
    work(data.desk);
    post({ type: "numbers", desk: data.desk }, buffersOf(data.desk));
    return;
  }
  initSync({ module: data.module });
  helper = new Helper(data.layers);
  post({ type: "here" }, []);
  if (data.desk !== null) workFor(data.desk);
};

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

function work({ header, parameters, images, labels, numbers }: Desk): void {
  const [, , latest = 0, task = 0, batch = 0, part = 0, parts = 0, count = 0] = header;
  const objective = new Uint32Array(objectiveOf(header));
  if (version !== latest) helper.write_parameters(parameters);
  version = latest;
  helper.work(task, batch, part, parts, images, labels.subarray(0, count), objective, numbers);
}

function post(message: FromHelper, transfer: ArrayBuffer[]): void {
  self.postMessage(message, { transfer });
}
