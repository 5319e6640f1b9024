/** Clocks drift and are set: what has not been seen for so long counts no more. Milliseconds. */
const BELIEVED_MS = 5 * 60_000;

/**
 * How far this clock is ahead of the relay's. Each exchange tells both times of its head: the quickest
 * of them took half of a round trip, and what differs beyond that is the clocks. Wrong by half a round
 * trip at most, where the ways there and back are not alike.
 */
export class ClockDifference {
  /** The smallest of this stretch of time and of the one before. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #until = 0;

  /** A head that the relay has received at `relayAt` was here at `at`. */
  add(relayAt: number, at: number): void {
    if (at >= this.#until) {
      // After a silence of two stretches nothing of before is true any more.
      this.#leastBefore = at < this.#until + BELIEVED_MS ? this.#least : Number.POSITIVE_INFINITY;
      this.#least = Number.POSITIVE_INFINITY;
      this.#until = at + BELIEVED_MS;
    }
    this.#least = Math.min(this.#least, at - relayAt);
  }

  /** Milliseconds; undefined before an exchange, or without a round trip. */
  read(leastRoundTripMs: number): number | undefined {
    const least = Math.min(this.#least, this.#leastBefore);
    if (!Number.isFinite(least) || leastRoundTripMs < 0) return undefined;
    return Math.round(least - leastRoundTripMs / 2);
  }
}
