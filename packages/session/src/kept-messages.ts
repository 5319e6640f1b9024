import { Buffer } from 'node:buffer';
import { limits } from '@sellia/protocol';
import type { KeptBudget } from './kept-budget.ts';
import { giveSlab, SLAB_SIZE } from './slab-pool.ts';

/** From this size on a message stays in the slab in which it was written; smaller ones are copied. */
const COPY_BELOW = 16 * 1024;
/** What keeping one message costs beside its bytes. */
const MESSAGE_COST = 64;

/** Session frames that left in one message. */
export class KeptMessage {
  /** Session frames sent up to and with this message. */
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Bytes of memory that it holds. */
  readonly cost: number;
  readonly #slab: Buffer | undefined;
  /** Sends that a transport has not confirmed: it may still read the bytes. */
  #sending = 0;
  #isReleased = false;

  constructor(count: number, bytes: Uint8Array, slab: Buffer | undefined) {
    this.count = count;
    this.bytes = bytes;
    this.#slab = slab;
    this.cost = (slab === undefined ? bytes.length : SLAB_SIZE) + MESSAGE_COST;
  }

  sending(): void {
    this.#sending++;
  }

  /** Never called by a transport that was cut: then its slab is left to the collector. */
  sent(): void {
    this.#sending--;
    this.#recycle();
  }

  release(): void {
    this.#isReleased = true;
    this.#recycle();
  }

  #recycle(): void {
    if (this.#isReleased && this.#sending === 0 && this.#slab !== undefined) giveSlab(this.#slab);
  }
}

/**
 * Session frames that have been sent and not acknowledged, to be sent again when the session goes
 * on over another transport. Bounded by the pace of the link, since nothing is sent without one.
 */
export class KeptMessages {
  readonly #budget: KeptBudget;
  #messages: KeptMessage[] = [];
  #first = 0;
  /** Index of the message that is sent again next. */
  #replay = Number.POSITIVE_INFINITY;
  #cost = 0;

  constructor(budget: KeptBudget) {
    this.#budget = budget;
  }

  /** Bytes of memory that are held. */
  get cost(): number {
    return this.#cost;
  }

  /**
   * Keeps the frames of `slab` between `start` and `end`, the last of them number `count` - 1.
   * Undefined: they were copied, and the slab stays the caller's.
   */
  keep(slab: Buffer, start: number, end: number, count: number): KeptMessage | undefined {
    const bytes = slab.subarray(start, end);
    const isCopied = bytes.length < COPY_BELOW;
    const message = isCopied
      ? new KeptMessage(count, Buffer.from(bytes), undefined)
      : new KeptMessage(count, bytes, slab);
    this.#messages.push(message);
    this.#add(message.cost);
    return isCopied ? undefined : message;
  }

  /** The peer has `count` frames. */
  acknowledged(count: number): void {
    while (this.#first < this.#messages.length) {
      const message = this.#messages[this.#first] as KeptMessage;
      if (message.count > count) break;
      this.#first++;
      this.#add(-message.cost);
      message.release();
    }
    this.#forget();
  }

  /** From now on `nextReplay` gives everything from frame number `count` on. */
  startReplay(count: number): void {
    this.acknowledged(count);
    this.#cutFirst(count);
    this.#replayFrom(this.#first);
  }

  /** The message to be sent again next, once. */
  nextReplay(): KeptMessage | undefined {
    const message = this.#messages[this.#replay];
    if (message !== undefined) this.#replayFrom(this.#replay + 1);
    return message;
  }

  get isReplaying(): boolean {
    return this.#replay < this.#messages.length;
  }

  /** The session is over. */
  clear(): void {
    for (let i = this.#first; i < this.#messages.length; i++) this.#messages[i]?.release();
    this.#messages = [];
    this.#first = 0;
    this.#add(-this.#cost);
  }

  /** What is kept from now on has not been sent before, and is not part of it. */
  #replayFrom(index: number): void {
    this.#replay = index < this.#messages.length ? index : Number.POSITIVE_INFINITY;
  }

  #add(cost: number): void {
    this.#cost += cost;
    this.#budget.add(cost);
  }

  /** A peer may have acknowledged in the midst of a message: it gets the frames behind. */
  #cutFirst(count: number): void {
    const message = this.#messages[this.#first];
    if (message === undefined) return;
    const missing = countFrames(message.bytes) - (message.count - count);
    if (missing <= 0) return;
    const rest = new KeptMessage(
      message.count,
      Buffer.from(behindFrames(message.bytes, missing)),
      undefined,
    );
    this.#add(rest.cost - message.cost);
    this.#messages[this.#first] = rest;
    message.release();
  }

  #forget(): void {
    if (this.#first === this.#messages.length) {
      this.#messages.length = 0;
    } else if (this.#first >= 256) {
      this.#messages.splice(0, this.#first);
    } else {
      return;
    }
    this.#replay -= this.#first;
    this.#first = 0;
  }
}

function countFrames(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at = frameEnd(bytes, at)) count++;
  return count;
}

function behindFrames(bytes: Uint8Array, count: number): Uint8Array {
  let at = 0;
  for (let left = count; left > 0; left--) at = frameEnd(bytes, at);
  return bytes.subarray(at);
}

function frameEnd(bytes: Uint8Array, at: number): number {
  const [high = 0, middle = 0, low = 0] = bytes.subarray(at + 5, at + 8);
  return at + limits.FRAME_HEADER + (high << 16) + (middle << 8) + low;
}
