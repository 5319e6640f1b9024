/** A link's smallest round trip is believed for so long without being seen again. */
const BELIEVED_MS = 10_000;
/** What counts as seen again: no clock and no event loop is more exact. */
const TOLERANCE = 1.1;

/**
 * The round trip of one link, milliseconds: smoothed, and the smallest, which is the link's own without
 * any queue. The way of a living link may change and become longer. That shows only while the sender's
 * own queue is gone, so what has not been seen for a while is measured anew: `isProbing` asks the sender
 * to keep less than the link holds, for two round trips.
 */
export class RoundTrip {
  #smallest = Number.POSITIVE_INFINITY;
  #seenAt = 0;
  #smoothed = 0;
  /** When the probe began; what was sent before has met a queue. */
  #probedAt: number | undefined;
  /** When something sent in the probe was answered first: what is sent from then on meets no queue. */
  #drainedAt: number | undefined;
  /** The smallest of the probe. */
  #found = Number.POSITIVE_INFINITY;

  /** Infinite before the first measurement. */
  get smallest(): number {
    return this.#smallest;
  }

  /** RFC 6298 section 2; 0 before the first measurement. */
  get smoothed(): number {
    return this.#smoothed;
  }

  get isProbing(): boolean {
    return this.#probedAt !== undefined;
  }

  /** What was sent at `sentAt` has been answered at `now`. */
  answered(sentAt: number, now: number): void {
    const elapsed = now - sentAt;
    const smallest = Math.min(elapsed, this.#smallest);
    if (elapsed <= this.#smallest * TOLERANCE) this.#believe(smallest, now);
    else if (this.#probedAt !== undefined) this.#probe(this.#probedAt, sentAt, now);
    else if (now - this.#seenAt >= BELIEVED_MS) this.#startProbe(now);
  }

  /** As `answered`, for a question that is answered at once. */
  pinged(sentAt: number, now: number): void {
    const elapsed = now - sentAt;
    this.#smoothed = this.#smoothed === 0 ? elapsed : this.#smoothed * 0.875 + elapsed * 0.125;
    this.answered(sentAt, now);
  }

  #believe(smallest: number, now: number): void {
    this.#smallest = smallest;
    this.#seenAt = now;
    this.#probedAt = undefined;
  }

  #startProbe(now: number): void {
    this.#probedAt = now;
    this.#drainedAt = undefined;
    this.#found = Number.POSITIVE_INFINITY;
  }

  #probe(probedAt: number, sentAt: number, now: number): void {
    if (sentAt < probedAt) return;
    this.#found = Math.min(this.#found, now - sentAt);
    if (this.#drainedAt === undefined) this.#drainedAt = now;
    else if (sentAt >= this.#drainedAt) this.#believe(this.#found, now);
  }
}
