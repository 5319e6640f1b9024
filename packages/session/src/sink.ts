import type { Writable } from 'node:stream';
import type { MuxStream } from '@sellia/protocol';
import { ByteQueue } from './byte-queue.ts';
import { guarded } from './guarded.ts';

/**
 * Stream to Writable. Holds what comes while the writable is full (at most the stream's window) and
 * gives credit as the bytes leave, so that a slow reader stops its sender and nobody else.
 */
export class Sink {
  readonly #stream: MuxStream;
  readonly #writable: Writable;
  readonly #held = new ByteQueue();
  /** Written and not yet given back as credit. */
  #owed = 0;
  /** Bytes that the stream did not bring, and so gets no credit for. */
  #uncredited = 0;
  #isFull = false;
  #isOver = false;
  #whenEmpty: (() => void) | undefined;
  readonly #writableOnDrain: () => void;

  /** `broke` hears what is thrown when the writable drains: nobody else would. */
  constructor(stream: MuxStream, writable: Writable, broke: (error: unknown) => void) {
    this.#stream = stream;
    this.#writable = writable;
    this.#writableOnDrain = guarded(broke, () => this.#goOn());
  }

  /** Bytes that the writable has not been given yet. */
  get held(): number {
    return this.#held.length;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#isFull) this.#held.push(chunk);
    else this.#write(chunk);
  }

  /** Puts in what the stream has not brought. */
  insert(chunk: Uint8Array): void {
    if (!this.#isOver) this.#uncredited += chunk.length;
    this.push(chunk);
  }

  /** Calls `then` once everything pushed so far has been given to the writable. One at a time. */
  whenEmpty(then: () => void): void {
    if (this.#held.length === 0) then();
    else this.#whenEmpty = then;
  }

  /** Ends the writable behind what was pushed. */
  end(): void {
    this.whenEmpty(() => this.#writable.end());
  }

  /** Forgets what is held; nothing is written any more. */
  destroy(): void {
    this.#isOver = true;
    this.#held.clear();
    this.#whenEmpty = undefined;
    this.#writable.off('drain', this.#writableOnDrain);
  }

  #write(chunk: Uint8Array): void {
    if (this.#writable.write(chunk)) {
      this.#credit(chunk.length);
      return;
    }
    this.#owed += chunk.length;
    this.#isFull = true;
    this.#writable.once('drain', this.#writableOnDrain);
  }

  #goOn(): void {
    this.#isFull = false;
    const owed = this.#owed;
    this.#owed = 0;
    this.#credit(owed);
    while (!this.#isFull && !this.#isOver) {
      const chunk = this.#held.shift();
      if (chunk === undefined) break;
      this.#write(chunk);
    }
    if (this.#held.length > 0 || this.#whenEmpty === undefined) return;
    const then = this.#whenEmpty;
    this.#whenEmpty = undefined;
    then();
  }

  /** Of all that was written the stream gets back what it has brought: sooner or later, all the same. */
  #credit(bytes: number): void {
    const kept = Math.min(bytes, this.#uncredited);
    this.#uncredited -= kept;
    this.#stream.consume(bytes - kept);
  }
}
