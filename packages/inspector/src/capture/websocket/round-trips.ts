/** Pings that wait for their pong; older ones are given up. A peer may answer the newest alone. */
const OUTSTANDING = 8;
/** Hash of an empty payload (FNV-1a), as the signed 32 bits that all hashes are. */
export const HASH_START = 0x811c_9dc5 | 0;
const PRIME = 0x0100_0193;

/** Goes on with the hash of a ping's or pong's payload. */
export function hashOn(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, PRIME);
}

/**
 * Time from a ping of one direction to the pong of the other that has its payload. Payloads are kept
 * as hashes: two that collide cost a wrong figure and nothing else. Where several wait with the same
 * payload, the newest is taken as answered, since a peer that was asleep answers that one alone.
 */
export class RoundTrips {
  /** Milliseconds; -1 before the first. */
  last = -1;
  least = -1;
  #count = 0;
  #hashes: Int32Array | undefined;
  #times: Float64Array | undefined;

  /** Pings without an answer so far. */
  get waiting(): number {
    return this.#count;
  }

  pinged(hash: number, atMs: number): void {
    this.#hashes ??= new Int32Array(OUTSTANDING);
    this.#times ??= new Float64Array(OUTSTANDING);
    if (this.#count === OUTSTANDING) {
      this.#hashes.copyWithin(0, 1);
      this.#times.copyWithin(0, 1);
      this.#count -= 1;
    }
    this.#hashes[this.#count] = hash;
    this.#times[this.#count++] = atMs;
  }

  /** A pong that answers no ping counts for nothing (RFC 6455 section 5.5.3 allows it). */
  ponged(hash: number, atMs: number): void {
    for (let i = this.#count - 1; i >= 0; i--) {
      if (this.#hashes?.[i] !== hash) continue;
      this.last = Math.max(0, atMs - (this.#times?.[i] as number));
      this.least = this.least < 0 ? this.last : Math.min(this.least, this.last);
      this.#hashes.copyWithin(0, i + 1);
      this.#times?.copyWithin(0, i + 1);
      this.#count -= i + 1;
      return;
    }
  }
}
