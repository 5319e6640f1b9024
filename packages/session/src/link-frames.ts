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
  #greetings: { readonly type: number; readonly text: string }[] = [];
  /** Session frames that we have acknowledged, and the peer. */
  #acknowledged = 0;
  #peerAcknowledged = 0;
  /** Bytes received since the last ACK. */
  #unackedBytes = 0;
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

  /** Enough has come since the last ACK that the next should not wait. */
  get ackIsUrgent(): boolean {
    return this.#unackedBytes >= limits.ACK_BYTES;
  }

  /** A message of `bytes` has come; true when it brought something to acknowledge. */
  received(bytes: number): boolean {
    if (!this.ackIsDue) return false;
    this.#unackedBytes += bytes;
    return true;
  }

  /** Two at most: RESUME and HELLO. */
  greet(type: number, text: string): void {
    this.#greetings.push({ type, text });
  }

  /** Whether a peer can have received `count` session frames, no fewer than it said before. */
  canResume(count: number): boolean {
    return count <= this.#counts.framesSent && count >= this.#peerAcknowledged;
  }

  /** Another transport: what was asked on the old one will not be answered. */
  restart(peerReceived: number): void {
    this.#peerAcknowledged = peerReceived;
    this.#acknowledged = this.#counts.framesReceived;
    this.#ping = undefined;
    this.#pingSentAt = 0;
    this.#pong = undefined;
    this.#pace.restart();
  }

  ping(): void {
    this.#ping = ++this.#pingNumber;
  }

  /**
   * Writes what waits into an empty `slab`; returns the offset behind it. Before the greeting is done
   * nothing else is said, and it goes alone: the peer may be one that knows nothing of this session.
   */
  write(slab: Buffer, isGreeted: boolean): number {
    if (this.#greetings.length > 0) return this.#writeGreetings(slab);
    if (!isGreeted) return 0;
    let at = 0;
    if (this.ackIsDue) {
      this.#acknowledged = this.#counts.framesReceived;
      this.#unackedBytes = 0;
      at = writeCountFrame(slab, at, FrameType.Ack, this.#acknowledged);
    }
    return this.#writeEchoes(slab, at);
  }

  /** Returns the count, judged. */
  onAck(count: number): number {
    if (count > this.#counts.framesSent || count < this.#peerAcknowledged) {
      throw new ProtocolError('SELLIA_PROTOCOL', `ACK of ${count}`);
    }
    if (count === this.#peerAcknowledged) this.spendIdle();
    this.#peerAcknowledged = count;
    this.#pace.acknowledged(count, this.#clock.now());
    return count;
  }

  onPing(number: number): void {
    this.#spend(this.#pings);
    this.#pong = number;
  }

  onPong(number: number): void {
    this.spendIdle();
    if (number !== this.#pingNumber || this.#pingSentAt === 0) return;
    this.#pace.pinged(this.#pingSentAt, this.#clock.now());
    this.#pingSentAt = 0;
  }

  /** For a frame that says nothing. Throws ProtocolError when there are too many. */
  spendIdle(): void {
    this.#spend(this.#idle);
  }

  #writeGreetings(slab: Buffer): number {
    let at = 0;
    for (const { type, text } of this.#greetings.splice(0)) {
      at = writeTextFrame(nativeLatin1, slab, at, 0, type, text);
    }
    return at;
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
