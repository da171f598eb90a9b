// The engine's helpers, as src/wasm/crew.rs asks for them. The engine itself does what a helper has not done when it is
// needed. So a helper that is slow, stuck or dead costs only time; it is replaced.
import {
  buffersOf,
  type Desk,
  type FromHelper,
  type Memory,
  makeDesk,
  objectiveOf,
  Place,
  type Sizes,
  type ToHelper,
} from "./desk";
import type { Layer } from "./pkg/lenet";

/** How long a helper may take for its part of a mini-batch. */
const PATIENCE_MS = 1000;
/** The maximum number of times that a helper is replaced; then the engine continues without it. */
const MAX_REPLACEMENTS = 3;

export class Crews {
  constructor(private readonly shared = self.crossOriginIsolated) {}

  /** Helpers for a network of these layers. */
  hire(helpers: number, module: WebAssembly.Module, layers: Layer[], sizes: Sizes): Crew {
    return new Crew(helpers, { module, layers, sizes, shared: this.shared });
  }
}

interface Terms {
  module: WebAssembly.Module;
  layers: Layer[];
  sizes: Sizes;
  /** Whether the workers share memory; otherwise jobs and results are sent as messages. */
  shared: boolean;
}

class Crew {
  private readonly latest: Float32Array;
  private version = 0;
  private readonly seats: Seat[];

  constructor(helpers: number, terms: Terms) {
    this.latest = new Float32Array(new (memoryOf(terms))(4 * terms.sizes.parameters));
    this.seats = Array.from({ length: helpers }, () => new Seat(terms, this.latest));
  }

  helpers(): number {
    return this.seats.length;
  }

  present(): number {
    return this.seats.filter((seat) => !seat.abandoned).length;
  }

  parameters(parameters: Float32Array): void {
    this.latest.set(parameters);
    this.version += 1;
  }

  give(
    helper: number,
    task: number,
    batch: number,
    part: number,
    parts: number,
    images: Uint8Array,
    labels: Uint8Array,
    objective: Uint32Array,
  ): boolean {
    const seat = this.seat(helper);
    const desk = seat.freeDesk();
    if (desk === null || labels.length > desk.labels.length) return false;
    if (desk.parameters !== this.latest && desk.header[Place.Version] !== this.version) {
      desk.parameters.set(this.latest);
    }
    desk.images.set(images);
    desk.labels.set(labels);
    desk.header.set([this.version, task, batch, part, parts, labels.length], Place.Version);
    objectiveOf(desk.header).set(objective);
    seat.send(desk);
    return true;
  }

  take(helper: number, numbers: Float32Array): boolean {
    return this.seat(helper).collect(numbers);
  }

  isDone(): boolean {
    return this.seats.every((seat) => seat.isDone());
  }

  async done(): Promise<void> {
    await Promise.all(this.seats.map((seat) => seat.done()));
  }

  leave(): void {
    for (const seat of this.seats) seat.leave();
  }

  private seat(helper: number): Seat {
    return this.seats[helper] as Seat;
  }
}

function memoryOf({ shared }: Terms): Memory {
  return shared ? SharedArrayBuffer : ArrayBuffer;
}

/** A helper's place. The helper may be replaced. */
class Seat {
  abandoned = false;
  private worker!: Worker;
  private replacements = 0;
  /** Null before the helper is there, and while its desk is away with a job. */
  private desk!: Desk | null;
  /** Whether a job was given whose numbers have not been taken. */
  private given = false;
  /** When the last job was given. */
  private sentAt = 0;
  /** A desk that came back with the numbers. */
  private back: Desk | null = null;
  private jobs = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly terms: Terms,
    private readonly latest: Float32Array,
  ) {
    this.fill();
  }

  /** Where a job can be put; null: the helper is not there or not done. */
  freeDesk(): Desk | null {
    if (this.desk === null && this.jobs > 0 && this.isStuck()) this.replace();
    if (!this.terms.shared || this.desk === null) return this.desk;
    return Atomics.load(this.desk.header, Place.Done) === this.jobs ? this.desk : null;
  }

  send(desk: Desk): void {
    this.given = true;
    this.sentAt = performance.now();
    this.jobs += 1;
    if (this.terms.shared) {
      Atomics.store(desk.header, Place.Job, this.jobs);
      Atomics.notify(desk.header, Place.Job);
    } else {
      this.desk = null;
      this.post({ type: "job", desk }, buffersOf(desk));
    }
  }

  /** The numbers of the job given last. Where there is shared memory they are waited for. */
  collect(numbers: Float32Array): boolean {
    const desk = this.terms.shared ? this.waitForNumbers() : this.back;
    if (desk !== null) numbers.set(desk.numbers.subarray(0, numbers.length));
    else if (this.given && this.isStuck()) this.replace();
    // Numbers that arrive later are ignored.
    this.given = false;
    if (this.back !== null) this.desk = this.back;
    this.back = null;
    return desk !== null;
  }

  isDone(): boolean {
    const away = this.desk === null && this.back === null && this.jobs > 0;
    return this.terms.shared || !away || this.isStuck();
  }

  /** Resolves when the helper is there and done, or is not to be waited for any longer. */
  async done(): Promise<void> {
    if (this.abandoned || (this.given ? this.isDone() : this.desk !== null)) return;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, PATIENCE_MS);
    });
  }

  leave(): void {
    this.worker.terminate();
    this.tell();
  }

  private isStuck(): boolean {
    return performance.now() - this.sentAt >= PATIENCE_MS;
  }

  private waitForNumbers(): Desk | null {
    const { desk, jobs } = this;
    if (desk === null) return null;
    for (let done = -1; ; ) {
      done = Atomics.load(desk.header, Place.Done);
      if (done === jobs) return desk;
      if (Atomics.wait(desk.header, Place.Done, done, PATIENCE_MS) === "timed-out") return null;
    }
  }

  private fill(): void {
    const { terms } = this;
    const parameters = terms.shared ? this.latest : new Float32Array(terms.sizes.parameters);
    const desk = makeDesk(parameters, terms.sizes, memoryOf(terms));
    this.desk = null;
    this.jobs = 0;
    const worker = new Worker(new URL("./helper.ts", import.meta.url), { type: "module", name: "helper" });
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromHelper>) => {
      if (this.worker !== worker) return;
      if (data.type === "here") this.desk = desk;
      else if (this.given) this.back = data.desk;
      else this.desk = data.desk;
      this.tell();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker === worker) this.replace();
    };
    this.post({ type: "join", module: terms.module, layers: terms.layers, desk: terms.shared ? desk : null }, []);
  }

  private replace(): void {
    this.worker.terminate();
    this.desk = null;
    this.back = null;
    this.replacements += 1;
    if (this.replacements <= MAX_REPLACEMENTS) this.fill();
    else this.abandoned = true;
    this.tell();
  }

  private tell(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private post(message: ToHelper, transfer: ArrayBuffer[]): void {
    this.worker.postMessage(message, { transfer });
  }
}
