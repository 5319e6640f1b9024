/** A rate with a burst. Times are milliseconds of the caller's clock. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #since: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#since = now;
  }

  /** False when the rate is exceeded; nothing is taken then. */
  take(count: number, now: number): boolean {
    if (this.#tokens < count) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#since) * this.#perMs);
      this.#since = now;
      if (this.#tokens < count) return false;
    }
    this.#tokens -= count;
    return true;
  }

  /** What honest work has earned, never past the burst. */
  earn(count: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + count);
  }
}
