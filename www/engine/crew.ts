// The helpers that src/wasm/crew.rs asks for. If a helper is late with its part of the work, the engine does that part
// itself. So a helper that is slow, stuck or dead costs only time, and is replaced.
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

/** The time that a helper has for its part of a mini-batch. After that it counts as stuck. */
const PATIENCE_MS = 1000;
/** The time that a helper has until it reports. A busy machine needs seconds to start a worker. */
const START_MS = 20_000;
/** The maximum number of times that a helper is replaced. After that the engine continues without it for a while. */
const MAX_REPLACEMENTS = 3;
/** So long the engine continues without a helper before it tries another. The time doubles with every attempt. */
const REST_MS = 30_000;
const MAX_REST_MS = 20 * REST_MS;
/** After so many jobs a helper's failures are forgotten: the machine was busy, or slept. */
const FORGIVING_JOBS = 100;

/** WebKit on Linux calls a page isolated and yet has no SharedArrayBuffer, so both are asked for. */
const canShareMemory = () => self.crossOriginIsolated && "SharedArrayBuffer" in self;

export class Crews {
  constructor(private readonly shared = canShareMemory()) {}

  /** Starts helpers for a network of these layers. */
  hire(helpers: number, module: WebAssembly.Module, layers: Layer[], sizes: Sizes): Crew {
    return new Crew(helpers, { module, layers, sizes, shared: this.shared });
  }
}

interface Terms {
  module: WebAssembly.Module;
  layers: Layer[];
  sizes: Sizes;
  /** Whether the workers share memory. Otherwise jobs and results are sent in messages. */
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

/** One helper of a crew, or the worker that has replaced it. */
class Seat {
  abandoned = false;
  private worker!: Worker;
  private replacements = 0;
  /** While the seat is abandoned: when another helper is tried, and how long it will rest if that fails too. */
  private backAt = 0;
  private rest = REST_MS;
  /** The time at which the helper was started. */
  private startedAt = 0;
  /** Null until the helper has started, and while its desk is with the helper. */
  private desk!: Desk | null;
  /** Whether a job was sent whose numbers were not collected. */
  private given = false;
  /** The time at which the last job was sent. */
  private sentAt = 0;
  /** A desk that the helper has sent back with its numbers. */
  private back: Desk | null = null;
  private jobs = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly terms: Terms,
    private readonly latest: Float32Array,
  ) {
    this.fill();
  }

  /** The desk for the next job; null if the helper has not started or is still working. */
  freeDesk(): Desk | null {
    if (this.abandoned) this.comeBack();
    else if (this.desk === null && (this.jobs > 0 ? this.isStuck() : this.isLate())) this.replace();
    if (!this.terms.shared || this.desk === null) return this.desk;
    return Atomics.load(this.desk.header, Place.Done) === this.jobs ? this.desk : null;
  }

  send(desk: Desk): void {
    this.given = true;
    this.sentAt = performance.now();
    this.jobs += 1;
    if (this.jobs === FORGIVING_JOBS) {
      this.replacements = 0;
      this.rest = REST_MS;
    }
    if (this.terms.shared) {
      Atomics.store(desk.header, Place.Job, this.jobs);
      Atomics.notify(desk.header, Place.Job);
    } else {
      this.desk = null;
      this.post({ type: "job", desk }, buffersOf(desk));
    }
  }

  /** Collects the numbers of the last job. With shared memory it waits for them. Returns false if there are none. */
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

  /** Resolves when the helper is ready for a job, or when it has had enough time. */
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

  private isLate(): boolean {
    return performance.now() - this.startedAt >= START_MS;
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
    this.startedAt = performance.now();
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
    else this.abandon();
    this.tell();
  }

  private abandon(): void {
    this.abandoned = true;
    this.backAt = performance.now() + this.rest;
    this.rest = Math.min(2 * this.rest, MAX_REST_MS);
  }

  /** Tries another helper once, if the seat has been empty for long enough. */
  private comeBack(): void {
    if (performance.now() < this.backAt) return;
    this.abandoned = false;
    this.replacements = MAX_REPLACEMENTS;
    this.fill();
  }

  private tell(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private post(message: ToHelper, transfer: ArrayBuffer[]): void {
    this.worker.postMessage(message, { transfer });
  }
}
