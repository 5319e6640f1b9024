import { Buffer } from 'node:buffer';

/** Chunks below this are copied together. */
const SMALL = 4 * 1024;
const TAIL = 16 * 1024;

/**
 * Bytes that wait, in order. Small chunks are copied into shared tails: a view of a few bytes would
 * keep its whole message alive, and a million one-byte chunks would cost far more than a million
 * bytes. The owner bounds it (by a stream's window).
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #first = 0;
  #length = 0;
  /** Room left in the last chunk, if that is a tail of ours. */
  #tail: Buffer | undefined;
  #tailUsed = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (chunk.length >= SMALL) {
      this.#sealTail();
      this.#chunks.push(chunk);
    } else {
      this.#append(chunk);
    }
  }

  shift(): Uint8Array | undefined {
    if (this.#first === this.#chunks.length) this.#sealTail();
    const chunk = this.#chunks[this.#first];
    if (chunk === undefined) return undefined;
    this.#first++;
    this.#length -= chunk.length;
    if (this.#first === this.#chunks.length) {
      this.#chunks = [];
      this.#first = 0;
    }
    return chunk;
  }

  clear(): void {
    this.#chunks = [];
    this.#first = 0;
    this.#length = 0;
    this.#tail = undefined;
  }

  #append(chunk: Uint8Array): void {
    if (this.#tail !== undefined && this.#tail.length - this.#tailUsed < chunk.length)
      this.#sealTail();
    if (this.#tail === undefined) {
      this.#tail = Buffer.allocUnsafeSlow(TAIL);
      this.#tailUsed = 0;
    }
    this.#tail.set(chunk, this.#tailUsed);
    this.#tailUsed += chunk.length;
  }

  #sealTail(): void {
    if (this.#tail === undefined) return;
    this.#chunks.push(this.#tail.subarray(0, this.#tailUsed));
    this.#tail = undefined;
  }
}
