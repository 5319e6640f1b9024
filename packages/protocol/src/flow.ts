import { ProtocolError } from './errors.ts';
import { CREDIT_MAX, WINDOW_MAX } from './limits.ts';

/**
 * Credit that many windows draw from: the growth of one session, or everything that one process
 * has promised to hold. Shared by reference; `take` never goes past the limit.
 */
export class CreditPool {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** What a peer allows us to send on one stream. */
export class SendWindow {
  #credit: number;

  constructor(initial: number) {
    this.#credit = initial;
  }

  get credit(): number {
    return this.#credit;
  }

  spend(bytes: number): void {
    this.#credit -= bytes;
  }

  grant(bytes: number): void {
    if (this.#credit + bytes > CREDIT_MAX) {
      throw new ProtocolError('SELLIA_FLOW_CONTROL', 'credit over 2^31-1');
    }
    this.#credit += bytes;
  }
}

/** Credit goes back after so many bytes at the latest: half of a large window is a round trip's worth. */
const GRANT = 1024 * 1024;

/**
 * What we allow a peer to send on one stream. Credit goes back when the reader has read half the
 * window, or `GRANT`. A window of which half is read within two round trips was too small for the path, and
 * doubles while the pools have room (the rule of QUIC implementations).
 */
export class ReceiveWindow {
  #size: number;
  readonly #pools: readonly CreditPool[];
  /** The peer may still send this much. */
  #credit: number;
  #unreturned = 0;
  #grown = 0;
  /** Bytes read in this round, which ends at half the window. */
  #round = 0;
  #roundStart: number;

  constructor(initial: number, pools: readonly CreditPool[], now: number) {
    this.#size = initial;
    this.#credit = initial;
    this.#pools = pools;
    this.#roundStart = now;
  }

  get size(): number {
    return this.#size;
  }

  received(bytes: number): void {
    if (bytes > this.#credit) {
      throw new ProtocolError(
        'SELLIA_FLOW_CONTROL',
        `${bytes - this.#credit} bytes beyond the credit`,
      );
    }
    this.#credit -= bytes;
  }

  /** The reader is done with `bytes`. Returns the credit to grant now, 0 for "not yet". */
  consumed(bytes: number, now: number, roundTrip: number): number {
    this.#unreturned += bytes;
    this.#round += bytes;
    if (this.#round * 2 >= this.#size) this.#endRound(now, roundTrip);
    if (this.#unreturned < Math.min(this.#size / 2, GRANT)) return 0;
    const grant = this.#unreturned;
    this.#unreturned = 0;
    this.#credit += grant;
    return grant;
  }

  /** The stream is over: growth goes back to the pools. */
  release(): void {
    for (const pool of this.#pools) pool.give(this.#grown);
    this.#grown = 0;
  }

  #endRound(now: number, roundTrip: number): void {
    if (now - this.#roundStart < 2 * roundTrip) this.#grow();
    this.#roundStart = now;
    this.#round = 0;
  }

  #grow(): void {
    const step = Math.min(this.#size, WINDOW_MAX - this.#size);
    if (step <= 0 || !this.#takeFromAll(step)) return;
    this.#size += step;
    this.#grown += step;
    this.#unreturned += step;
  }

  #takeFromAll(bytes: number): boolean {
    for (let i = 0; i < this.#pools.length; i++) {
      if (this.#pools[i]?.take(bytes)) continue;
      for (const pool of this.#pools.slice(0, i)) pool.give(bytes);
      return false;
    }
    return true;
  }
}
