import type { Buffer } from 'node:buffer';
import { limits, type Mux } from '@sellia/protocol';
import type { Clock } from './clock.ts';
import type { KeptBudget } from './kept-budget.ts';
import { KeptMessages } from './kept-messages.ts';
import type { LinkFrames } from './link-frames.ts';
import type { Pace } from './pace.ts';
import { giveSlab, takeSlab } from './slab-pool.ts';
import type { Transport } from './transport.ts';

/** Bytes waiting in the transport at which no more is pulled: enough to keep the kernel busy. */
const TRANSPORT_HIGH_WATER = 256 * 1024;

export interface SenderParts {
  readonly clock: Clock;
  readonly mux: Mux;
  readonly link: LinkFrames;
  readonly pace: Pace;
  readonly budget: KeptBudget;
}

/**
 * The sending half of a session: pulls messages from the mux when the transport has room, keeps
 * them until they are acknowledged, and sends them again behind a change of transports.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #kept: KeptMessages;
  #transport: Transport | undefined;
  /** Session frames may be sent, not only those about the link. */
  #isOpen = false;
  #keeps = false;
  #isScheduled = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#kept = new KeptMessages(parts.budget);
  }

  /** Bytes of memory kept until the peer has acknowledged them. */
  get keptBytes(): number {
    return this.#kept.cost;
  }

  /** Sends over `transport` from now on; frames about the link only, until `open`. */
  use(transport: Transport | undefined): void {
    this.#transport = transport;
    this.#isOpen = false;
  }

  /** The greeting is done. With `keeps` frames are kept for another transport. */
  open(keeps: boolean): void {
    this.#keeps = keeps;
    this.#isOpen = true;
    this.schedule();
  }

  /** Goes on where the peer, which has `received` session frames, has lost the thread. */
  resume(received: number): void {
    this.#isOpen = true;
    this.#kept.startReplay(received);
    this.schedule();
  }

  acknowledged(count: number): void {
    this.#kept.acknowledged(count);
    if (this.#wants) this.schedule();
  }

  /** Sends in a later turn, together with whatever comes until then. */
  schedule(): void {
    if (this.#isScheduled || this.#transport === undefined) return;
    this.#isScheduled = true;
    this.#parts.clock.soon(this.#flush);
  }

  /** The session is over. */
  stop(): void {
    this.use(undefined);
    this.#kept.clear();
  }

  readonly #flush = (): void => {
    this.#isScheduled = false;
    while (this.#transport !== undefined && this.#transport.buffered < TRANSPORT_HIGH_WATER) {
      if (!this.#sendMessage(this.#transport)) return;
    }
  };

  get #mayPull(): boolean {
    const { pace, budget } = this.#parts;
    if (!this.#isOpen || pace.isFull) return false;
    return !budget.isFull || this.#kept.cost < limits.LINK_FLOOR;
  }

  get #wants(): boolean {
    return this.#mayPull && (this.#parts.mux.wants || this.#kept.isReplaying);
  }

  /** One message of link frames and as many session frames as fit; false when there was nothing. */
  #sendMessage(transport: Transport): boolean {
    const { link, mux, pace, clock } = this.#parts;
    const slab = takeSlab();
    const start = link.write(slab, this.#isOpen);
    const mayPull = this.#mayPull && !this.#kept.isReplaying;
    const end = mayPull ? this.#pull(slab, start) : start;
    if (end === 0) {
      giveSlab(slab);
      return this.#sendAgain(transport);
    }
    if (end > start) pace.sent(end - start, mux.framesSent, clock.now());
    this.#send(transport, slab, start, end);
    return true;
  }

  /** A head may be larger than what is a good size for a message now. */
  #pull(slab: Buffer, start: number): number {
    const { mux, pace } = this.#parts;
    const most = pace.messageBytes;
    if (most >= limits.MESSAGE_MAX) return mux.next(slab, start);
    const end = mux.next(slab.subarray(0, start + most), start);
    return end === start && mux.wants ? mux.next(slab, start) : end;
  }

  #send(transport: Transport, slab: Buffer, start: number, end: number): void {
    const message = slab.subarray(0, end);
    const keeps = this.#keeps && end > start;
    const kept = keeps ? this.#kept.keep(slab, start, end, this.#parts.mux.framesSent) : undefined;
    if (kept === undefined) {
      transport.send(message, () => this.#sent(() => giveSlab(slab)));
    } else {
      kept.sending();
      transport.send(message, () => this.#sent(() => kept.sent()));
    }
  }

  #sendAgain(transport: Transport): boolean {
    const message = this.#mayPull ? this.#kept.nextReplay() : undefined;
    if (message === undefined) return false;
    const { pace, clock } = this.#parts;
    pace.sent(message.bytes.length, message.count, clock.now());
    message.sending();
    transport.send(message.bytes, () => this.#sent(() => message.sent()));
    return true;
  }

  #sent(settle: () => void): void {
    settle();
    if (this.#wants) this.schedule();
  }
}
