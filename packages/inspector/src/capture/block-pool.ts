import { Buffer } from 'node:buffer';

/** Bytes of a block. */
export const BLOCK = 1024;
/** Blocks of a slab, the piece in which memory is got: a mebibyte. */
const SLAB_BITS = 10;
const SLAB_BLOCKS = 1 << SLAB_BITS;
/** Number of the last one of a slab, and so the bits that tell its blocks apart. */
const LAST = SLAB_BLOCKS - 1;
const NONE = -1;

/** Memory of many blocks, by bytes and by numbers. */
export class Slab {
  readonly bytes: Buffer;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  /** Which block follows, of each: beside the blocks, as those are far apart and mostly not in a cache. */
  readonly links = new Int32Array(SLAB_BLOCKS);
  /** How many of its blocks are taken. */
  taken = 0;
  /** A chain of blocks that were given back; the others, from `untouched` on, never were taken. */
  free = NONE;
  untouched = 0;

  /**
   * Shared, though nobody shares it: V8 does not count shared memory as garbage to come, and so lets the rest
   * of the heap grow no further than without a pool. What was never touched takes no memory.
   */
  constructor() {
    const memory = new SharedArrayBuffer(SLAB_BLOCKS * BLOCK);
    this.bytes = Buffer.from(memory);
    this.ints = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
  }
}

/**
 * Memory in blocks of one size, used over and over: what is given back leaves no gap too small for
 * others and no work for the garbage collector. Whoever takes bounds how much; slabs of which all was
 * given back are let go, but for one.
 */
export class BlockPool {
  readonly #slabs: (Slab | undefined)[] = [];
  /** Numbers of the slabs that have a block to give. */
  readonly #open: number[] = [];

  /** Bytes got from the system. */
  get size(): number {
    return this.#slabs.filter((slab) => slab !== undefined).length * SLAB_BLOCKS * BLOCK;
  }

  /** Number of a block whose contents are anything, and that has no next one. */
  take(): number {
    const number = this.#open.at(-1) ?? this.#add();
    const slab = this.#slabs[number] as Slab;
    const block = slab.free === NONE ? number * SLAB_BLOCKS + slab.untouched++ : slab.free;
    if (block === slab.free) slab.free = this.next(block);
    if (++slab.taken === SLAB_BLOCKS) this.#open.pop();
    this.link(block, NONE);
    return block;
  }

  /** Takes back that block and all behind it. */
  give(first: number): void {
    for (let block = first; block !== NONE; ) {
      const next = this.next(block);
      const number = block >> SLAB_BITS;
      const slab = this.#slabs[number] as Slab;
      if (slab.taken-- === SLAB_BLOCKS) this.#open.push(number);
      this.link(block, slab.free);
      slab.free = block;
      if (slab.taken === 0 && this.#open.length > 1) this.#letGo(number);
      block = next;
    }
  }

  next(block: number): number {
    return this.slabOf(block).links[block & LAST] as number;
  }

  link(block: number, next: number): void {
    this.slabOf(block).links[block & LAST] = next;
  }

  /** Where the block is; from `byteOf` on. */
  slabOf(block: number): Slab {
    return this.#slabs[block >> SLAB_BITS] as Slab;
  }

  #add(): number {
    const gap = this.#slabs.indexOf(undefined);
    const number = gap < 0 ? this.#slabs.length : gap;
    this.#slabs[number] = new Slab();
    this.#open.push(number);
    return number;
  }

  #letGo(number: number): void {
    this.#slabs[number] = undefined;
    this.#open.splice(this.#open.indexOf(number), 1);
  }
}

/** Where in its slab a block begins, in bytes; a multiple of 8. */
export function byteOf(block: number): number {
  return (block & LAST) * BLOCK;
}
