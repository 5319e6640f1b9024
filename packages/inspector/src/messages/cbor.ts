import { DEPTH_MAX, ITEMS_MAX, Marked, type Value, ValueMap } from './value-text.ts';

/** Major types (RFC 8949 section 3.1). */
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;
/** Low bits of a head whose length is told by a `break` at the end. */
const INDEFINITE = 31;
const BREAK = 0xff;

const DECODER = { fatal: true, ignoreBOM: true };

/** What is not CBOR, or more of it than is read. Never leaves this file. */
class NotCbor extends Error {}

/**
 * The value of a CBOR message (RFC 8949): one map, array or tagged value, whole, of at most 32 levels
 * and 10,000 values. Undefined for anything else. Never throws.
 */
export function readCbor(bytes: Uint8Array): Value {
  const major = (bytes[0] ?? 0) >> 5;
  if (major < ARRAY || major > TAG) return undefined;
  try {
    return new CborReader(bytes).whole();
  } catch (error) {
    if (error instanceof NotCbor) return undefined;
    throw error;
  }
}

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): Value {
    const value = this.#value(0);
    if (this.#at !== this.#bytes.length) throw new NotCbor();
    return value;
  }

  #value(level: number): Value {
    if (level > DEPTH_MAX || ++this.#items > ITEMS_MAX) throw new NotCbor();
    const head = this.#byte();
    const major = head >> 5;
    const low = head & 0x1f;
    if (major === SIMPLE) return this.#simple(low);
    if (low === INDEFINITE) return this.#indefinite(major, level);
    const count = this.#count(low);
    if (major < NEGATIVE) return count;
    if (major === NEGATIVE) return typeof count === 'number' ? -1 - count : -1n - count;
    if (major === BYTES) return this.#take(count);
    if (major === TEXT) return this.#text(count);
    if (major === TAG) return new Marked(`tag ${count}`, this.#value(level + 1));
    return major === ARRAY ? this.#array(count, level) : this.#map(count, level);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new NotCbor();
    return byte;
  }

  #count(low: number): number | bigint {
    if (low < 24) return low;
    if (low > 27) throw new NotCbor();
    const size = 2 ** (low - 24);
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at);
    if (size === 4) return this.#view.getUint32(at);
    const long = this.#view.getBigUint64(at);
    return long <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : long;
  }

  /** Passes over bytes; returns where they begin. */
  #skip(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) throw new NotCbor();
    this.#at += size;
    return at;
  }

  #take(count: number | bigint): Uint8Array {
    const at = this.#skip(Number(count));
    return this.#bytes.subarray(at, this.#at);
  }

  #text(count: number | bigint): string {
    const bytes = this.#take(count);
    try {
      return new TextDecoder('utf-8', DECODER).decode(bytes);
    } catch {
      throw new NotCbor();
    }
  }

  #array(count: number | bigint, level: number): Value {
    const items: Value[] = [];
    for (let i = 0; i < count; i++) items.push(this.#value(level + 1));
    return items;
  }

  #map(count: number | bigint, level: number): Value {
    const entries: [Value, Value][] = [];
    for (let i = 0; i < count; i++) entries.push(this.#entry(level));
    return new ValueMap(entries);
  }

  #entry(level: number): [Value, Value] {
    const key = this.#value(level + 1);
    return [key, this.#value(level + 1)];
  }

  #indefinite(major: number, level: number): Value {
    if (major === ARRAY) {
      const items: Value[] = [];
      while (!this.#isBreak()) items.push(this.#value(level + 1));
      return items;
    }
    if (major === MAP) {
      const entries: [Value, Value][] = [];
      while (!this.#isBreak()) entries.push(this.#entry(level));
      return new ValueMap(entries);
    }
    if (major !== BYTES && major !== TEXT) throw new NotCbor();
    return this.#pieces(major, level);
  }

  /** A string in pieces, shown as such: how it was cut may matter to who looks. */
  #pieces(major: number, level: number): Value {
    const pieces: Value[] = [];
    while (!this.#isBreak()) {
      if ((this.#bytes[this.#at] as number) >> 5 !== major) throw new NotCbor();
      pieces.push(this.#value(level + 1));
    }
    return new Marked('in pieces', pieces);
  }

  #isBreak(): boolean {
    if (this.#at >= this.#bytes.length) throw new NotCbor();
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }

  #simple(low: number): Value {
    if (low === 20 || low === 21) return low === 21;
    if (low === 22) return null;
    if (low === 23) return undefined;
    if (low === 25) return halfFloat(this.#view.getUint16(this.#skip(2)));
    if (low === 26) return this.#view.getFloat32(this.#skip(4));
    if (low === 27) return this.#view.getFloat64(this.#skip(8));
    if (low > 24) throw new NotCbor();
    return new Marked('simple', low === 24 ? this.#byte() : low);
  }
}

/** RFC 8949 appendix D. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}
