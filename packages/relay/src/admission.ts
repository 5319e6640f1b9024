import { TokenBucket } from '@sellia/protocol';

/** Seconds; a client that waits longer tries again by itself anyway. */
const RETRY_MAX = 30;

/**
 * How fast clients may attach. When a relay comes back they all come at once: those beyond the rate
 * are told to come later, the later the more there are.
 */
export class Admission {
  readonly #perSecond: number;
  readonly #bucket: TokenBucket;
  /** Sent away and, at the rate, not back yet. */
  #backlog = 0;
  #since: number;

  /** `now` in milliseconds of the caller's clock. */
  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#bucket = new TokenBucket(burst, perSecond, now);
    this.#since = now;
  }

  /**
   * 0: come in. Else the seconds after which to come again, from 1 to 30. Without `hasRoom` too many
   * have come in already and not said who they are: that passes as quickly.
   */
  ask(now: number, hasRoom: boolean): number {
    const back = ((now - this.#since) / 1_000) * this.#perSecond;
    this.#backlog = Math.max(0, this.#backlog - back);
    this.#since = now;
    if (hasRoom && this.#bucket.take(1, now)) return 0;
    this.#backlog++;
    return Math.min(RETRY_MAX, Math.ceil(this.#backlog / this.#perSecond));
  }
}
