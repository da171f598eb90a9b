// The helpers that src/wasm/crew.rs asks for. If a helper is late with its share of the work, the engine does that
// itself. So a helper that is slow, stuck or dead costs only time, and is replaced.
import { beginRound, claim, take } from "./claims";
import {
  buffersOf,
  type Desk,
  type FromHelper,
  HELPER,
  type Memory,
  makeDesk,
  Place,
  type Sizes,
  type ToHelper,
} from "./desk";
import type { Layer } from "./pkg/lenet";

/** The time that a helper has for its share of a mini-batch. After that it counts as stuck. */
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
  private readonly common: Common;
  private version = 0;
  /** The number of the mini-batch. */
  private round = 0;
  private readonly seats: Seat[];

  constructor(helpers: number, terms: Terms) {
    this.common = makeCommon(terms);
    this.seats = Array.from({ length: helpers }, () => new Seat(terms, this.common));
  }

  helpers(): number {
    return this.seats.length;
  }

  present(): number {
    return this.seats.filter((seat) => !seat.abandoned).length;
  }

  parameters(parameters: Float32Array): void {
    this.common.parameters.set(parameters);
    this.version += 1;
  }

  begin(): void {
    this.round = beginRound(this.common.claims, this.round);
  }

  claim(shard: number): boolean {
    return claim(this.common.claims, this.round, shard);
  }

  /** `own` has the bits of the shards that the helper gets if it cannot claim them, because it shares no memory. */
  give(
    helper: number,
    task: number,
    worker: number,
    workers: number,
    own: number,
    images: Uint8Array,
    labels: Uint8Array,
    objective: Uint32Array,
  ): boolean {
    const seat = this.seat(helper);
    const desk = seat.freeDesk();
    if (desk === null || labels.length > desk.labels.length) return false;
    const { parameters, claims } = this.common;
    let { round } = this;
    if (desk.claims !== claims) {
      if (desk.header[Place.Version] !== this.version) desk.parameters.set(parameters);
      take(claims, own);
      round = beginRound(desk.claims, round, ~own);
    }
    desk.images.set(images);
    desk.labels.set(labels);
    desk.header.set([this.version, round, task, worker, workers, labels.length], Place.Version);
    desk.objective.set(objective);
    seat.send(desk);
    return true;
  }

  /** The nodes that a helper has computed; with shared memory it waits for them. */
  take(helper: number): Int32Array {
    return this.seat(helper).collect();
  }

  /** Copies the numbers of a node that was taken, the first, second, …, to `numbers`. */
  read(helper: number, index: number, numbers: Float32Array): void {
    this.seat(helper).read(index, numbers);
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

/** What all helpers have in common if they share memory. Otherwise each has its own. */
interface Common {
  parameters: Float32Array;
  claims: Int32Array;
}

function makeCommon(terms: Terms): Common {
  const Memory = memoryOf(terms);
  return {
    parameters: new Float32Array(new Memory(4 * terms.sizes.parameters)),
    claims: new Int32Array(new Memory(4)),
  };
}

const NOTHING = new Int32Array(0);

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
  /** Whether a job was sent whose results were not collected. */
  private given = false;
  /** The time at which the last job was sent. */
  private sentAt = 0;
  /** A desk that the helper has sent back with its results. */
  private back: Desk | null = null;
  private jobs = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly terms: Terms,
    private readonly common: Common,
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

  /** Collects the results of the last job: the nodes. With shared memory it waits for them. */
  collect(): Int32Array {
    const desk = this.terms.shared ? this.waitForResults() : this.back;
    if (desk === null && this.given && this.isStuck()) this.replace();
    // Results that arrive later are ignored.
    this.given = false;
    if (this.back !== null) this.desk = this.back;
    this.back = null;
    return desk === null ? NOTHING : desk.nodes.slice(0, desk.header[Place.Nodes]);
  }

  read(index: number, numbers: Float32Array): void {
    const all = (this.desk as Desk).numbers;
    numbers.set(all.subarray(index * numbers.length, (index + 1) * numbers.length));
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

  private waitForResults(): Desk | null {
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
    const { parameters, claims } = terms.shared ? this.common : makeCommon(terms);
    const desk = makeDesk(parameters, claims, terms.sizes, memoryOf(terms));
    this.desk = null;
    this.jobs = 0;
    this.startedAt = performance.now();
    const worker = new Worker(self.location.href, { type: "module", name: HELPER });
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
