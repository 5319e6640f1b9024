import { Buffer } from 'node:buffer';
import type { HeadBuffer } from './http1-head.ts';
import { UpstreamError } from './upstream-failure.ts';

/** One line of size and extension; nobody needs more, and it costs only time. */
const SIZE_LINE_MAX = 4_096;
/** Pieces below this are moved together, so that a flood of tiny chunks is not one of writes. */
const SMALL = 4_096;
/** 13 hexadecimal digits: below 2^52. */
const DIGITS_MAX = 13;

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const TAB = 0x09;
const SPACE = 0x20;
const DEL = 0x7f;
const CRLF = Buffer.from('\r\n', 'latin1');

/**
 *     size -> extension -> size LF -> data -> data CR -> data LF -> size
 *                              \-> (size 0) trailers
 */
type State = 'size' | 'extension' | 'sizeLf' | 'data' | 'dataCr' | 'dataLf' | 'trailers';

/** Takes the chunked coding off a body (RFC 9112 section 7.1). Strict, like its parser. */
export class Http1Chunks {
  readonly #head: HeadBuffer;
  readonly #onBody: (chunk: Buffer) => void;
  #state: State = 'size';
  #size = 0;
  #digits = 0;
  #lineLength = 0;
  #left = 0;
  #trailers: string | undefined;
  /** Body bytes of the current buffer that have been cut out and moved together. */
  #runStart = 0;
  #runEnd = 0;

  /** `head` holds trailers that come in pieces. `onBody` owns what it gets. */
  constructor(head: HeadBuffer, onBody: (chunk: Buffer) => void) {
    this.#head = head;
    this.#onBody = onBody;
  }

  /** Text of the trailers once the body is complete. */
  get trailers(): string | undefined {
    return this.#trailers;
  }

  begin(): void {
    this.#trailers = undefined;
    this.#beginSize();
  }

  /** Returns how far it read: to the end of the body or of the bytes. */
  receive(bytes: Buffer, from: number): number {
    this.#runStart = from;
    this.#runEnd = from;
    try {
      return this.#read(bytes, from);
    } finally {
      // What came before an error did come.
      this.#flush(bytes);
    }
  }

  #read(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#trailers === undefined) {
      if (this.#state === 'data') at = this.#cut(bytes, at);
      else if (this.#state === 'trailers') at = this.#readTrailers(bytes, at);
      else this.#step(bytes[at++] as number);
    }
    return at;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#stepSize(byte);
        return;
      case 'extension':
        if (++this.#lineLength > SIZE_LINE_MAX) throw invalid('a chunk size line is too long');
        if (byte === CR) this.#state = 'sizeLf';
        else if ((byte < SPACE && byte !== TAB) || byte === DEL) throw invalid('a bad chunk size');
        return;
      case 'sizeLf':
        if (byte !== LF) throw invalid('a bad chunk size');
        this.#beginData();
        return;
      case 'dataCr':
        if (byte !== CR) throw invalid('a chunk is longer than its size');
        this.#state = 'dataLf';
        return;
      default:
        if (byte !== LF) throw invalid('a chunk is longer than its size');
        this.#beginSize();
    }
  }

  #stepSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      // Leading zeros are digits as well, so that they cannot go on for ever.
      if (++this.#digits > DIGITS_MAX) throw invalid('a chunk is too large');
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw invalid('a bad chunk size');
    if (byte === CR) this.#state = 'sizeLf';
    else if (byte === SEMICOLON) this.#state = 'extension';
    else throw invalid('a bad chunk size');
  }

  #beginSize(): void {
    this.#state = 'size';
    this.#size = 0;
    this.#digits = 0;
    this.#lineLength = 0;
  }

  #beginData(): void {
    this.#left = this.#size;
    if (this.#size > 0) {
      this.#state = 'data';
      return;
    }
    this.#state = 'trailers';
    // The end of this line may be the first half of the empty line that ends the trailers.
    this.#head.begin(CRLF);
  }

  #readTrailers(bytes: Buffer, from: number): number {
    const text = this.#head.take(bytes, from);
    if (text === undefined) return bytes.length;
    this.#trailers = text;
    return this.#head.end;
  }

  /** Cuts the next piece of the body out: moved behind the run if small, else a run of its own. */
  #cut(bytes: Buffer, from: number): number {
    const length = Math.min(this.#left, bytes.length - from);
    const end = from + length;
    if (length >= SMALL) this.#flush(bytes);
    if (this.#runEnd === this.#runStart) {
      this.#runStart = from;
      this.#runEnd = end;
    } else {
      bytes.copyWithin(this.#runEnd, from, end);
      this.#runEnd += length;
    }
    this.#left -= length;
    if (this.#left === 0) this.#state = 'dataCr';
    return end;
  }

  #flush(bytes: Buffer): void {
    const { length } = bytes;
    const start = this.#runStart;
    const end = this.#runEnd;
    if (end === start) return;
    this.#runStart = end;
    this.#onBody(start === 0 && end === length ? bytes : bytes.subarray(start, end));
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function invalid(reason: string): UpstreamError {
  return new UpstreamError('SELLIA_UPSTREAM_INVALID', reason);
}
