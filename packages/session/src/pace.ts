import { limits } from '@sellia/protocol';
import { RoundTrip } from './round-trip.ts';

/** What one message costs beside its bytes, so that the record of tiny ones is bounded, too. */
const MESSAGE_COST = 64;

/** Queueing that the sender accepts: a few turns of a busy event loop at the other end. */
const SLACK_MS = 5;
/** ... and not more: what is sent is kept until it is acknowledged, and large piles are cold memory. */
const SLACK_MAX = 1024 * 1024;

/** What a turn of a busy event loop takes: on a near link more than the round trip. */
const TURN_MS = 1.5;

/**
 * A message takes the link for so long at most, if that is not too little: others wait for its end. The
 * first ones are small, since nothing is known of the link.
 */
const MESSAGE_MS = 100;
const MESSAGE_MIN = 4 * 1024;
/** So many fit the window: with one alone the link would idle until its acknowledgement. */
const MESSAGES_IN_WINDOW = 4;

/** Two round trips keep a link full while acknowledgements travel. */
const ROUND_TRIPS = 2;
/** ... and less than one, while the round trip is measured anew, empties every queue on the way. */
const PROBE_ROUND_TRIPS = 0.5;

/** What a measurement of a slower rate counts at least, and when it alone counts. */
const RATE_WEIGHT = 0.1;
const RATE_MS = 500;

interface Sent {
  /** Session frames sent up to and with this message. */
  readonly count: number;
  readonly cost: number;
  readonly at: number;
  /** Bytes that had been delivered when it left. */
  readonly deliveredBefore: number;
  /** The sender was held back by the window, so a rate measured here is the link's, not its own. */
  readonly wasFull: boolean;
}

/**
 * How much may be on the link unacknowledged: what the measured rate delivers in two round trips
 * and a little queueing time, so that bulk keeps the link full and yet never queues far ahead of a
 * heartbeat. Milliseconds and bytes.
 */
export class Pace {
  #sent: Sent[] = [];
  #first = 0;
  #unacknowledged = 0;
  #delivered = 0;
  /** Bytes a millisecond. */
  #rate = 0;
  #measuredAt = 0;
  #roundTrip = new RoundTrip();

  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  get isFull(): boolean {
    return this.#unacknowledged >= this.window;
  }

  get window(): number {
    const { smallest, isProbing } = this.#roundTrip;
    if (this.#rate === 0) return limits.LINK_FLOOR;
    if (isProbing) return clamp(MESSAGE_MIN, this.#rate * PROBE_ROUND_TRIPS * smallest);
    const slack = Math.min(SLACK_MAX, this.#rate * SLACK_MS);
    return clamp(limits.LINK_FLOOR, this.#rate * ROUND_TRIPS * smallest + slack);
  }

  /** Bytes of the next message: on a slow link a large one would keep whatever is urgent waiting. */
  get messageBytes(): number {
    const most = Math.min(this.#rate * MESSAGE_MS, this.window / MESSAGES_IN_WINDOW);
    return Math.floor(Math.min(limits.MESSAGE_MAX, Math.max(MESSAGE_MIN, most)));
  }

  /** Smoothed round trip (RFC 6298 section 2); 0 before the first measurement. */
  get roundTrip(): number {
    return this.#roundTrip.smoothed;
  }

  /** Without any queue, but with a turn of a busy event loop; 0 before the first measurement. */
  get quickRoundTrip(): number {
    const { smallest } = this.#roundTrip;
    return smallest === Number.POSITIVE_INFINITY ? 0 : smallest + TURN_MS;
  }

  sent(bytes: number, count: number, now: number): void {
    const wasFull = this.isFull;
    this.#unacknowledged += bytes + MESSAGE_COST;
    this.#sent.push({
      count,
      cost: bytes + MESSAGE_COST,
      at: now,
      deliveredBefore: this.#delivered,
      wasFull: wasFull || this.isFull,
    });
  }

  acknowledged(count: number, now: number): void {
    let last: Sent | undefined;
    while (this.#first < this.#sent.length) {
      const message = this.#sent[this.#first] as Sent;
      if (message.count > count) break;
      this.#unacknowledged -= message.cost;
      this.#delivered += message.cost;
      this.#first++;
      last = message;
    }
    if (last !== undefined) this.#measure(last, now);
    this.#forget();
  }

  /** Another link: nothing is on it, and nothing is known of it. */
  restart(): void {
    this.#sent = [];
    this.#first = 0;
    this.#unacknowledged = 0;
    this.#rate = 0;
    this.#roundTrip = new RoundTrip();
  }

  /** A PING sent at `sentAt` has been answered. Windows grow by it: an earlier link's must not count. */
  pinged(sentAt: number, now: number): void {
    this.#roundTrip.pinged(sentAt, now);
  }

  #measure(message: Sent, now: number): void {
    const elapsed = now - message.at;
    this.#roundTrip.answered(message.at, now);
    if (elapsed <= 0) return;
    const rate = (this.#delivered - message.deliveredBefore) / elapsed;
    const weight = Math.min(1, Math.max(RATE_WEIGHT, (now - this.#measuredAt) / RATE_MS));
    if (rate > this.#rate) this.#rate = rate;
    else if (message.wasFull) this.#rate += (rate - this.#rate) * weight;
    this.#measuredAt = now;
  }

  #forget(): void {
    if (this.#first === this.#sent.length) {
      this.#sent.length = 0;
      this.#first = 0;
    } else if (this.#first >= 256) {
      this.#sent.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

function clamp(least: number, window: number): number {
  return Math.min(limits.LINK_CEILING, Math.max(least, window));
}
