import type { Buffer } from 'node:buffer';
import {
  FrameType,
  limits,
  ProtocolError,
  TokenBucket,
  writeCountFrame,
  writeTextFrame,
} from '@sellia/protocol';
import type { Clock } from './clock.ts';
import { nativeLatin1 } from './native-latin1.ts';
import type { Pace } from './pace.ts';

/** The session frames of the mux, as far as acknowledging needs them. */
export interface FrameCounts {
  readonly framesSent: number;
  readonly framesReceived: number;
}

/**
 * What the two ends say about the link: greeting, ACK, PING, PONG. Each kind has one place, so that
 * nothing queues; what the peer says is judged here.
 */
export class LinkFrames {
  readonly #clock: Clock;
  readonly #counts: FrameCounts;
  readonly #pace: Pace;
  readonly #pings: TokenBucket;
  readonly #idle: TokenBucket;
  #greeting: { readonly type: number; readonly text: string } | undefined;
  /** Session frames that we have acknowledged, and the peer. */
  #acknowledged = 0;
  #peerAcknowledged = 0;
  #ping: number | undefined;
  #pingNumber = 0;
  #pingSentAt = 0;
  #pong: number | undefined;

  constructor(clock: Clock, counts: FrameCounts, pace: Pace) {
    this.#clock = clock;
    this.#counts = counts;
    this.#pace = pace;
    this.#pings = new TokenBucket(limits.PING_BURST, limits.PING_RATE, clock.now());
    this.#idle = new TokenBucket(limits.PING_BURST, limits.PING_RATE, clock.now());
  }

  /** Session frames have come that the peer does not know of. */
  get ackIsDue(): boolean {
    return this.#counts.framesReceived > this.#acknowledged;
  }

  greet(type: number, text: string): void {
    this.#greeting = { type, text };
  }

  ping(): void {
    this.#ping = ++this.#pingNumber;
  }

  /** Writes what waits into an empty `slab`; returns the offset behind it. */
  write(slab: Buffer): number {
    let at = 0;
    if (this.#greeting !== undefined) {
      const { type, text } = this.#greeting;
      this.#greeting = undefined;
      at = writeTextFrame(nativeLatin1, slab, at, 0, type, text);
    }
    if (this.ackIsDue) {
      this.#acknowledged = this.#counts.framesReceived;
      at = writeCountFrame(slab, at, FrameType.Ack, this.#acknowledged);
    }
    return this.#writeEchoes(slab, at);
  }

  onAck(count: number): void {
    if (count > this.#counts.framesSent || count < this.#peerAcknowledged) {
      throw new ProtocolError('SELLIA_PROTOCOL', `ACK of ${count}`);
    }
    if (count === this.#peerAcknowledged) this.spendIdle();
    this.#peerAcknowledged = count;
    this.#pace.acknowledged(count, this.#clock.now());
  }

  onPing(number: number): void {
    this.#spend(this.#pings);
    this.#pong = number;
  }

  onPong(number: number): void {
    this.spendIdle();
    if (number !== this.#pingNumber || this.#pingSentAt === 0) return;
    this.#pace.measured(this.#clock.now() - this.#pingSentAt);
    this.#pingSentAt = 0;
  }

  /** For a frame that says nothing. Throws ProtocolError when there are too many. */
  spendIdle(): void {
    this.#spend(this.#idle);
  }

  #writeEchoes(slab: Buffer, from: number): number {
    let at = from;
    if (this.#ping !== undefined) {
      at = writeCountFrame(slab, at, FrameType.Ping, this.#ping);
      this.#ping = undefined;
      this.#pingSentAt = this.#clock.now();
    }
    if (this.#pong !== undefined) {
      at = writeCountFrame(slab, at, FrameType.Pong, this.#pong);
      this.#pong = undefined;
    }
    return at;
  }

  #spend(bucket: TokenBucket): void {
    if (bucket.take(1, this.#clock.now())) return;
    throw new ProtocolError('SELLIA_TOO_MANY_FRAMES', 'too many frames about the link');
  }
}
