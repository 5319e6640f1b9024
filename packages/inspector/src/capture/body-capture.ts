import { Buffer } from 'node:buffer';

/** Up to here bodies share slabs of Node's: many small ones cost far less so. */
const SHARED_MAX = 2 * 1024;

/**
 * The beginning of a body, as far as a limit goes. Chunks are lent by the feed: what is kept is
 * copied, into one buffer that doubles.
 */
export class BodyCapture {
  readonly #limit: number;
  #buffer: Buffer | undefined;
  #kept = 0;
  #bytes = 0;
  #isDropped = false;
  #isOnlyCounted = false;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** All that has passed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A view of what was kept; empty once it was dropped. */
  get kept(): Uint8Array {
    return this.#buffer?.subarray(0, this.#kept) ?? new Uint8Array();
  }

  /** What was to be kept was not, or is no more. */
  get isTruncated(): boolean {
    return !this.#isOnlyCounted && this.#kept < this.#bytes;
  }

  /** Memory taken, which is what a budget counts. */
  get held(): number {
    return this.#buffer?.length ?? 0;
  }

  /** Bytes by which `held` has grown. */
  push(chunk: Uint8Array): number {
    this.#bytes += chunk.length;
    const room = this.#isDropped ? 0 : Math.min(chunk.length, this.#limit - this.#kept);
    if (room <= 0) return 0;
    const before = this.held;
    const buffer = this.#ensure(this.#kept + room);
    buffer.set(room === chunk.length ? chunk : chunk.subarray(0, room), this.#kept);
    this.#kept += room;
    return this.held - before;
  }

  /** Forgets what was kept, and keeps nothing more. Bytes that this frees. */
  drop(): number {
    const freed = this.held;
    this.#buffer = undefined;
    this.#kept = 0;
    this.#isDropped = true;
    return freed;
  }

  /** From here on bytes are counted, and none are to be kept. Bytes that this frees. */
  onlyCount(): number {
    this.#isOnlyCounted = true;
    return this.drop();
  }

  #ensure(length: number): Buffer {
    const old = this.#buffer;
    if (old !== undefined && old.length >= length) return old;
    const size = Math.min(this.#limit, Math.max(length, 2 * (old?.length ?? 0)));
    const buffer = size <= SHARED_MAX ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size);
    if (old !== undefined) buffer.set(old.subarray(0, this.#kept));
    this.#buffer = buffer;
    return buffer;
  }
}
