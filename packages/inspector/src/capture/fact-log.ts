import { Buffer } from 'node:buffer';
import { BLOCK, type BlockPool, byteOf, type Slab } from './block-pool.ts';

/** Where the length of a piece ends in the integer before it, and its kind begins. */
const KIND_SHIFT = 28;
const LENGTH = (1 << KIND_SHIFT) - 1;
const GONE = -1;

/**
 * Numbers that change, and pieces of text and bytes that are only ever added, each of a kind, 0 to 15. All
 * in blocks of a pool, so that ten thousands of logs are a few objects to the garbage collector:
 *
 *     numbers | kind, length | bytes … | kind, length | bytes …
 *
 * It is there from `begin` to `drop`, which its owner calls, and then may begin again. While it is not, it is
 * empty, and stays so.
 */
export class FactLog {
  readonly #pool: BlockPool;
  /** The first block, and where its slab has it, in numbers. */
  #first = GONE;
  #firstSlab: Slab | undefined;
  #numbers = 0;
  /** The last block, and where its slab has it, in bytes. */
  #last = GONE;
  #lastSlab: Slab | undefined;
  #base = 0;
  /** Where the next piece goes in the last block; a multiple of 4. */
  #at = 0;
  #begin = 0;
  #blocks = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** With a copy of these numbers. */
  begin(numbers: Float64Array): void {
    this.#blocks = 0;
    this.#grow();
    this.#first = this.#last;
    const slab = this.#lastSlab as Slab;
    this.#firstSlab = slab;
    this.#numbers = this.#base / 8;
    slab.doubles.set(numbers, this.#numbers);
    this.#begin = numbers.length * 8;
    this.#at = this.#begin;
  }

  /** Bytes of memory. */
  get held(): number {
    return this.#blocks * BLOCK;
  }

  get isDropped(): boolean {
    return this.#first === GONE;
  }

  number(field: number): number {
    return this.#firstSlab?.doubles[this.#numbers + field] ?? 0;
  }

  setNumber(field: number, value: number): void {
    if (this.#firstSlab !== undefined) this.#firstSlab.doubles[this.#numbers + field] = value;
  }

  /** Characters up to U+00FF; of others the low byte stays. */
  pushText(kind: number, text: string): void {
    if (this.#first === GONE) return;
    this.#announce(kind, text.length);
    if (text.length > BLOCK - this.#at) {
      this.#write(Buffer.from(text, 'latin1'), text.length);
    } else {
      (this.#lastSlab as Slab).bytes.write(text, this.#base + this.#at, text.length, 'latin1');
      this.#at = upToInt(this.#at + text.length);
    }
  }

  /** The first `length` bytes. */
  pushBytes(kind: number, bytes: Uint8Array, length = bytes.length): void {
    if (this.#first === GONE) return;
    this.#announce(kind, length);
    if (length === bytes.length && length <= BLOCK - this.#at) {
      (this.#lastSlab as Slab).bytes.set(bytes, this.#base + this.#at);
      this.#at = upToInt(this.#at + length);
    } else {
      this.#write(bytes, length);
    }
  }

  /** All pieces of a kind, one behind the other: a copy. */
  read(kind: number): Buffer {
    let length = 0;
    this.#walk(kind, (_, from, to) => {
      length += to - from;
    });
    const all = Buffer.allocUnsafe(length);
    let filled = 0;
    this.#walk(kind, (bytes, from, to) => {
      filled += bytes.copy(all, filled, from, to);
    });
    return all;
  }

  drop(): void {
    if (this.#first === GONE) return;
    this.#pool.give(this.#first);
    this.#first = GONE;
    this.#firstSlab = undefined;
    this.#lastSlab = undefined;
    this.#blocks = 0;
  }

  #announce(kind: number, length: number): void {
    if (this.#at === BLOCK) this.#lengthen();
    (this.#lastSlab as Slab).ints[(this.#base + this.#at) / 4] = (kind << KIND_SHIFT) | length;
    this.#at += 4;
  }

  #write(bytes: Uint8Array, length: number): void {
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    for (let from = 0; from < length; ) {
      if (this.#at === BLOCK) this.#lengthen();
      const to = Math.min(length, from + BLOCK - this.#at);
      source.copy((this.#lastSlab as Slab).bytes, this.#base + this.#at, from, to);
      this.#at = upToInt(this.#at + to - from);
      from = to;
    }
  }

  #lengthen(): void {
    const last = this.#last;
    this.#grow();
    this.#pool.link(last, this.#last);
  }

  #grow(): void {
    this.#last = this.#pool.take();
    this.#lastSlab = this.#pool.slabOf(this.#last);
    this.#base = byteOf(this.#last);
    this.#at = 0;
    this.#blocks++;
  }

  #walk(kind: number, visit: (bytes: Buffer, from: number, to: number) => void): void {
    const pool = this.#pool;
    let block = this.#first;
    let at = this.#begin;
    const step = () => {
      if (at < BLOCK) return;
      block = pool.next(block);
      at = 0;
    };
    while (block !== GONE && (block !== this.#last || at < this.#at)) {
      step();
      const { ints } = pool.slabOf(block);
      const head = ints[(byteOf(block) + at) / 4] as number;
      at += 4;
      for (let left = head & LENGTH; left > 0; ) {
        step();
        const part = Math.min(left, BLOCK - at);
        const from = byteOf(block) + at;
        if (head >>> KIND_SHIFT === kind) visit(pool.slabOf(block).bytes, from, from + part);
        at = upToInt(at + part);
        left -= part;
      }
    }
  }
}

function upToInt(at: number): number {
  return (at + 3) & ~3;
}
