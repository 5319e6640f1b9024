import {
  type ErrorCode,
  FrameType,
  limits,
  type Mux,
  readCount,
  wireOf,
  writeErrorFrame,
} from '@sellia/protocol';
import type { Clock, Timer } from './clock.ts';
import { Heartbeat, type HeartbeatTimes } from './heartbeat.ts';
import type { KeptBudget } from './kept-budget.ts';
import { LinkFrames } from './link-frames.ts';
import { nativeLatin1 } from './native-latin1.ts';
import { Pace } from './pace.ts';
import { Sender } from './sender.ts';
import { giveSlab, takeSlab } from './slab-pool.ts';
import type { Transport } from './transport.ts';

/** What a carrier tells its session. */
export interface CarrierHandler {
  onMessage(bytes: Uint8Array): void;
  /** The transport has ended by itself. */
  onClose(reason: string): void;
  /** Nothing has been heard for too long. */
  onSilence(): void;
}

export interface CarrierOptions {
  readonly clock: Clock;
  readonly mux: Mux;
  readonly heartbeat: HeartbeatTimes;
  readonly budget: KeptBudget;
  readonly handler: CarrierHandler;
}

/**
 * What carries a session at the moment: one transport, the sending over it, and what the two ends
 * say about it. Transports follow one another; what an older one still brings is dropped.
 */
export class Carrier {
  readonly #options: CarrierOptions;
  readonly #pace = new Pace();
  readonly #link: LinkFrames;
  readonly #sender: Sender;
  #transport: Transport | undefined;
  #epoch = 0;
  #heartbeat: Heartbeat | undefined;
  #ackTimer: Timer | undefined;

  constructor(options: CarrierOptions) {
    const { clock, mux, budget } = options;
    this.#options = options;
    this.#link = new LinkFrames(clock, mux, this.#pace);
    this.#sender = new Sender({ clock, mux, link: this.#link, pace: this.#pace, budget });
  }

  /** Smoothed, milliseconds; 0 before the first measurement. */
  get roundTrip(): number {
    return this.#pace.roundTrip;
  }

  /** Bytes of memory kept until the peer has acknowledged them. */
  get keptBytes(): number {
    return this.#sender.keptBytes;
  }

  /** Changes with every transport. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Owns `transport` from here on; nothing but greetings goes out before `open`. */
  use(transport: Transport): void {
    this.drop();
    const epoch = this.#epoch;
    const { handler } = this.#options;
    this.#transport = transport;
    this.#sender.use(transport);
    transport.listen({
      onMessage: (bytes) => {
        if (epoch !== this.#epoch) return;
        this.#heartbeat?.heard(this.#options.clock.now());
        handler.onMessage(bytes);
      },
      onClose: (reason) => {
        if (epoch === this.#epoch) handler.onClose(reason);
      },
    });
  }

  /** Gives the transport away. */
  release(): Transport | undefined {
    const transport = this.#transport;
    this.#epoch++;
    this.#transport = undefined;
    this.#sender.use(undefined);
    this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    this.#ackTimer?.cancel();
    this.#ackTimer = undefined;
    return transport;
  }

  /** Ends the transport now. */
  drop(): void {
    this.release()?.terminate();
  }

  /** Says HELLO, WELCOME or RESUME, together with what else is said in this turn. */
  greet(type: number, text: string): void {
    this.#link.greet(type, text);
    this.#sender.schedule();
  }

  /** The greeting is done; session frames may go. From here on all of them are kept if `keeps`. */
  open(keeps: boolean): void {
    this.#sender.open(keeps);
    this.#start();
  }

  /** False when a peer cannot have received `count` session frames, or has said more before. */
  canResume(count: number): boolean {
    return this.#link.canResume(count);
  }

  /** As `open`, on another transport: the peer has `count` of our frames, and gets the rest again. */
  resume(count: number): void {
    this.#link.restart(count);
    this.#sender.resume(count);
    this.#start();
  }

  /** Sends soon: the mux has something. */
  schedule(): void {
    this.#sender.schedule();
  }

  /** A message of `bytes` has been taken in. */
  received(bytes: number): void {
    if (!this.#link.received(bytes)) return;
    if (this.#link.ackIsUrgent) {
      this.#sender.schedule();
      return;
    }
    this.#ackTimer ??= this.#options.clock.after(limits.ACK_DELAY, () => {
      this.#ackTimer = undefined;
      if (this.#link.ackIsDue) this.#sender.schedule();
    });
  }

  /** ACK, PING, PONG, and what is not known. Throws ProtocolError. */
  onLinkFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case FrameType.Ack:
        this.#sender.acknowledged(this.#link.onAck(readCount(bytes, start, end)));
        this.#measured();
        return;
      case FrameType.Ping:
        this.#link.onPing(readCount(bytes, start, end));
        this.#sender.schedule();
        return;
      case FrameType.Pong:
        this.#link.onPong(readCount(bytes, start, end));
        this.#measured();
        return;
      default:
        this.#link.spendIdle();
    }
  }

  /** Asks at once; silence for `ms` counts as a lost peer. */
  probe(ms: number): void {
    this.#heartbeat?.probe(ms);
  }

  /** The session is over: says why where there is still a transport, and lets go of everything. */
  close(code: ErrorCode, reason: string): void {
    const transport = this.stop();
    if (transport === undefined) return;
    const bytes = takeSlab();
    const end = writeErrorFrame(nativeLatin1, bytes, 0, 0, FrameType.Goaway, wireOf(code), reason);
    transport.send(bytes.subarray(0, end), () => giveSlab(bytes));
    transport.close();
  }

  /** The session is over; the transport is the caller's. */
  stop(): Transport | undefined {
    const transport = this.release();
    this.#sender.stop();
    return transport;
  }

  #measured(): void {
    this.#options.mux.roundTrip = this.#pace.quickRoundTrip;
  }

  #start(): void {
    const { clock, heartbeat, handler } = this.#options;
    this.#heartbeat = new Heartbeat(
      clock,
      heartbeat,
      () => this.#ping(),
      () => handler.onSilence(),
    );
    this.#ping();
  }

  #ping(): void {
    this.#link.ping();
    this.#sender.schedule();
  }
}
