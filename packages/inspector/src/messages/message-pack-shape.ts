import { DEPTH_MAX, ITEMS_MAX } from './value-text.ts';

/** Of the bytes 0xc0 to 0xdf: bytes that follow, where that is all there is to it; -1 otherwise. */
const FIXED = [
  ...[0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8],
  ...[1, 2, 4, 8, 2, 3, 5, 9, 17, -1, -1, -1, -1, -1, -1, -1],
];
/** Of the same: bytes of a length that follows, of a string of bytes or of an array or map. */
const LENGTHS = new Map<number, number>([
  ...[0xc4, 0xc7, 0xd9].map((byte) => [byte, 1] as const),
  ...[0xc5, 0xc8, 0xda, 0xdc, 0xde].map((byte) => [byte, 2] as const),
  ...[0xc6, 0xc9, 0xdb, 0xdd, 0xdf].map((byte) => [byte, 4] as const),
]);

/**
 * Whether bytes are one MessagePack map or array, to the last byte, with at most 32 levels and 10,000
 * values. Asked before decoding, since a decoder makes room for an array of four billion values as
 * soon as it is announced. Never throws; linear.
 */
export function isMessagePack(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const isBranch = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
  return isBranch && new Shape(bytes).isWhole();
}

class Shape {
  readonly #bytes: Uint8Array;
  /** Values still to come at each level. */
  readonly #left = [1];
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isWhole(): boolean {
    while (this.#left.length > 0) {
      const top = this.#left.length - 1;
      if (this.#left[top] === 0) {
        this.#left.pop();
        continue;
      }
      this.#left[top] = (this.#left[top] as number) - 1;
      if (++this.#items > ITEMS_MAX || !this.#pass()) return false;
    }
    return this.#at === this.#bytes.length;
  }

  /** Passes over the head of a value, and over its bytes. False where that can not be. */
  #pass(): boolean {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) return false;
    if (byte <= 0x7f || byte >= 0xe0) return true;
    if (byte <= 0x8f) return this.#enter(2 * (byte & 0x0f));
    if (byte <= 0x9f) return this.#enter(byte & 0x0f);
    if (byte <= 0xbf) return this.#skip(byte & 0x1f);
    const fixed = FIXED[byte - 0xc0] as number;
    return fixed >= 0 ? this.#skip(fixed) : this.#passLong(byte);
  }

  #passLong(byte: number): boolean {
    const size = LENGTHS.get(byte);
    if (size === undefined) return false;
    let length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (this.#bytes[this.#at++] ?? 0);
    if (byte >= 0xde) return this.#enter(2 * length);
    if (byte >= 0xdc) return this.#enter(length);
    const isExtension = byte >= 0xc7 && byte <= 0xc9;
    return this.#skip(isExtension ? length + 1 : length);
  }

  #enter(values: number): boolean {
    this.#left.push(values);
    return this.#left.length <= DEPTH_MAX + 1 && values <= this.#bytes.length - this.#at;
  }

  #skip(length: number): boolean {
    this.#at += length;
    return this.#at <= this.#bytes.length;
  }
}
