// Follows the address, and keeps it up to date. As the reader gave it, it stays until something changes, so that a mistake
// in it can be mended where it was made.
import { effect, signal } from "@preact/signals";
import type { Client } from "../engine/client";
import type { Configuration } from "../engine/protocol";
import { asksForTheSame, contradictions, hashOf, readHash, readTools } from "../model/link";
import { opened } from "../model/tools";
import { state } from "../state";

/** Safari refuses more than a hundred changes of the address in thirty seconds. */
const REST_MS = 350;
/** More sentences than these would cover the page. */
const MAX_SENTENCES = 3;

/** The values of the settings that differ from their defaults, by name. */
export function changedSettings(): Record<string, number | string | boolean> {
  const defaults = new Map(state.defaults.value.map(({ name, value }) => [name, value]));
  const changed = state.settings.value.filter(({ name, value }) => defaults.has(name) && defaults.get(name) !== value);
  return Object.fromEntries(changed.map(({ name, value }) => [name, value]));
}

/** The hash that would repeat the present run; null if no address can hold its layers. */
const present = () => hashOf(state.description.value, changedSettings(), opened.value);

export class Address {
  /** What was present when the address was last read or written. */
  private settled: string | null = "";
  /** The number of addresses that are being followed. */
  private readonly following = signal(0);
  private resting = false;
  /** The hash that was read or written last. If the address has another, the reader has just changed it. */
  private seen = location.hash;

  constructor(private readonly client: Client) {}

  /** Follows the address that the page was opened with, and all changes of it. */
  start(): void {
    this.openTools();
    this.settled = hashOf(null, {}, opened.value);
    this.followNow();
    addEventListener("hashchange", () => {
      this.seen = location.hash;
      this.openTools();
      if (asksForTheSame(location.hash, this.settled ?? "")) return;
      void this.follow({ backend: state.status.value?.choice.wanted ?? "auto", ...readHash(location.hash) });
    });
  }

  /** Follows the address as it is, for a worker that has just been started. */
  followNow(): void {
    const asked = readHash(location.hash);
    if (Object.keys(asked).length > 0) void this.follow(asked);
  }

  private openTools(): void {
    const { tools, unknown } = readTools(location.hash);
    opened.value = tools;
    if (unknown.length > 0) say(unknown.map((name) => `there is no tool "${brief(name)}"`));
  }

  /** Keeps the address up to date from now on, without a history entry for every move of a slider. */
  mirror(): void {
    effect(() => {
      const hash = present();
      if (this.following.value > 0 || hash === this.settled) return;
      this.settled = hash;
      this.write();
    });
  }

  private async follow(asked: Configuration): Promise<void> {
    this.following.value += 1;
    const twice = contradictions(location.hash).map(
      (name) => `${name} is there more than once, and its last value counts`,
    );
    try {
      const refused = [...(await this.client.call("follow", asked)), ...twice];
      this.settled = present();
      if (refused.length > 0) say(refused);
    } catch (error) {
      // What was asked for instead is on show.
      if (state.failure.value === null) state.notice.value = error instanceof Error ? error.message : String(error);
    } finally {
      this.following.value -= 1;
    }
  }

  private write(): void {
    if (this.resting || location.hash !== this.seen) return;
    const { pathname, search } = location;
    if (this.settled === null) state.notice.value = TOO_LONG;
    history.replaceState(null, "", this.settled || pathname + search);
    this.seen = location.hash;
    const written = this.settled;
    this.resting = true;
    setTimeout(() => {
      this.resting = false;
      if (this.settled !== written) this.write();
    }, REST_MS);
  }
}

const TOO_LONG = "These layers are too many for the page's address: save the network as a file to keep it.";

/** Words of a link can be of any length. */
const brief = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}…` : name);

/** Says what is wrong with the address. */
function say(refused: string[]): void {
  const more = refused.length - MAX_SENTENCES;
  const shown = refused.slice(0, MAX_SENTENCES).join("; ");
  state.notice.value = `In the address, ${shown}${more > 0 ? `; and ${more} more` : ""}. The rest of it is used.`;
}
