// Which shards of a mini-batch are taken (src/backend/cpu/shards.rs). The workers claim them in one word of memory: bit n is
// set if shard n is taken. The bits above count the mini-batches, so that a helper that is late claims nothing of the next one.

/** The bits of the shards; MAX_SHARDS in src/backend/cpu/shards.rs. */
const SHARDS = 8;
const ROUNDS = 1 << (32 - SHARDS);

/** Begins the mini-batch after the last one, in which these shards are taken, as bits. Returns its number. */
export function beginRound(claims: Int32Array, last: number, taken = 0): number {
  const round = (last + 1) % ROUNDS;
  Atomics.store(claims, 0, (round << SHARDS) | (taken & (2 ** SHARDS - 1)));
  return round;
}

/** Takes these shards, as bits, from everyone who shares the word. */
export function take(claims: Int32Array, shards: number): void {
  Atomics.or(claims, 0, shards);
}

/** Claims a shard of the mini-batch. Returns false if it is taken, or if another mini-batch has begun. */
export function claim(claims: Int32Array, round: number, shard: number): boolean {
  for (;;) {
    const word = Atomics.load(claims, 0);
    if (word >>> SHARDS !== round || (word & (1 << shard)) !== 0) return false;
    if (Atomics.compareExchange(claims, 0, word, word | (1 << shard)) === word) return true;
  }
}
