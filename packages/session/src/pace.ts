import { limits } from '@sellia/protocol';

/** What one message costs beside its bytes, so that the record of tiny ones is bounded, too. */
const MESSAGE_COST = 64;

/** Queueing that the sender accepts: a few turns of a busy event loop at the other end. */
const SLACK_MS = 5;
/** ... and not more: what is sent is kept until it is acknowledged, and large piles are cold memory. */
const SLACK_MAX = 1024 * 1024;

/** A message takes the link for so long at most, if that is not too little: others wait for its end. */
const MESSAGE_MS = 100;
const MESSAGE_MIN = 4 * 1024;

/** Two round trips keep a link full while acknowledgements travel. */
const ROUND_TRIPS = 2;

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
  /** The rate is what the link gives, not what there was to send. */
  #isLinkRate = false;
  #smallest = Number.POSITIVE_INFINITY;
  #smoothed = 0;
  /** The link has not shown a round trip of its own. */
  #isNew = true;

  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  get isFull(): boolean {
    return this.#unacknowledged >= this.window;
  }

  get window(): number {
    if (this.#rate === 0) return limits.LINK_FLOOR;
    const slack = Math.min(SLACK_MAX, this.#rate * SLACK_MS);
    const window = this.#rate * ROUND_TRIPS * this.#smallest + slack;
    return Math.min(limits.LINK_CEILING, Math.max(limits.LINK_FLOOR, window));
  }

  /** Bytes of the next message: on a slow link a large one would keep whatever is urgent waiting. */
  get messageBytes(): number {
    if (!this.#isLinkRate) return limits.MESSAGE_MAX;
    return Math.min(limits.MESSAGE_MAX, Math.max(MESSAGE_MIN, this.#rate * MESSAGE_MS));
  }

  /** Smoothed round trip (RFC 6298 section 2); 0 before the first measurement. */
  get roundTrip(): number {
    return this.#smoothed;
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

  /** Another link: nothing is on it, and nothing is known of it but the round trip shown so far. */
  restart(): void {
    this.#sent = [];
    this.#first = 0;
    this.#unacknowledged = 0;
    this.#rate = 0;
    this.#isLinkRate = false;
    this.#smallest = Number.POSITIVE_INFINITY;
    this.#isNew = true;
  }

  /** A round trip measured by PING. Windows grow by it: what an earlier link had must not count. */
  measured(roundTrip: number): void {
    this.#smallest = Math.min(this.#smallest, roundTrip);
    this.#smoothed = this.#isNew ? roundTrip : this.#smoothed * 0.875 + roundTrip * 0.125;
    this.#isNew = false;
  }

  #measure(message: Sent, now: number): void {
    const elapsed = now - message.at;
    this.#smallest = Math.min(this.#smallest, elapsed);
    if (elapsed <= 0) return;
    this.#isLinkRate ||= message.wasFull;
    const rate = (this.#delivered - message.deliveredBefore) / elapsed;
    if (rate > this.#rate) this.#rate = rate;
    else if (message.wasFull) this.#rate = this.#rate * 0.9 + rate * 0.1;
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
