import { Buffer } from 'node:buffer';
import { UpstreamError } from './upstream-failure.ts';

const END = Buffer.from('\r\n\r\n', 'latin1');
/** First size of the buffer for a head that comes in pieces; most heads are below. */
const PIECES = 1_024;

/**
 * Cuts a head (or trailers) out of the bytes of a connection. One that comes whole is never
 * copied; pieces are held up to the limit and no further.
 */
export class HeadBuffer {
  readonly #max: number;
  #held: Buffer | undefined;
  #length = 0;
  #end = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Where the bytes go on behind the head that `take` returned. */
  get end(): number {
    return this.#end;
  }

  /** What is held so far begins like `text`, or is too short to tell. */
  mayStartWith(text: string): boolean {
    const length = Math.min(text.length, this.#length);
    return this.#held?.toString('latin1', 0, length) === text.slice(0, length);
  }

  /** Holds bytes as if they had come first. */
  begin(bytes: Buffer): void {
    this.#append(bytes, 0, bytes.length);
  }

  /** The text before the empty line, or undefined when that has not come yet. */
  take(bytes: Buffer, from: number): string | undefined {
    if (this.#length > 0) return this.#takeHeld(bytes, from);
    const end = bytes.indexOf(END, from);
    if (end < 0) {
      this.#append(bytes, from, bytes.length);
      return undefined;
    }
    if (end - from > this.#max) throw tooLarge();
    this.#end = end + END.length;
    return bytes.toString('latin1', from, end);
  }

  #takeHeld(bytes: Buffer, from: number): string | undefined {
    const before = this.#length;
    // Never more than the limit is held, so only so much of a large chunk is looked at.
    const until = Math.min(bytes.length, from + this.#max + END.length - before);
    this.#append(bytes, from, until);
    const held = this.#held as Buffer;
    const end = held.subarray(0, this.#length).indexOf(END, Math.max(0, before - END.length + 1));
    if (end < 0) {
      if (until < bytes.length) throw tooLarge();
      return undefined;
    }
    this.#end = from + end + END.length - before;
    const text = held.toString('latin1', 0, end);
    this.#held = undefined;
    this.#length = 0;
    return text;
  }

  #append(bytes: Buffer, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#max + END.length) throw tooLarge();
    if (this.#held === undefined || this.#held.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(PIECES, 2 * length));
      this.#held?.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#length, from, to);
    this.#length = length;
  }
}

function tooLarge(): UpstreamError {
  return new UpstreamError('SELLIA_UPSTREAM_HEAD_TOO_LARGE', 'the response head is too large');
}
