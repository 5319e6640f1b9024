import { Buffer } from 'node:buffer';
import { encodeTrailers, type MuxStream } from '@sellia/protocol';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';
import { keepTrailers } from './trailers.ts';
import type { VisitorRequest } from './visitor-request.ts';

export interface UploadOwner {
  /** The body may not go on. */
  uploadBroke(code: FailureCode): void;
}

/** Chunks below this are gathered while they come in one turn ... */
const SMALL = 4 * 1024;
/** ... in pieces of this: a million chunks of a byte are not a million buffers. */
const GATHERED = 16 * 1024;

/** The body of one request on its way to the stream, held while the stream has enough. */
export class Upload {
  readonly #request: VisitorRequest;
  readonly #stream: MuxStream;
  readonly #isChunked: boolean;
  readonly #limits: RelayLimits;
  readonly #owner: UploadOwner;
  readonly #wireStart: number;
  #received = 0;
  #seen = 0;
  #isPaused = false;
  #isOver = false;
  /** The one small chunk of this turn, or the piece that several are gathered in. */
  #small: Uint8Array | undefined;
  /** Bytes used of the piece; 0 while `#small` is a lone chunk. */
  #gathered = 0;

  constructor(
    request: VisitorRequest,
    stream: MuxStream,
    isChunked: boolean,
    limits: RelayLimits,
    owner: UploadOwner,
  ) {
    this.#request = request;
    this.#stream = stream;
    this.#isChunked = isChunked;
    this.#limits = limits;
    this.#owner = owner;
    this.#wireStart = request.socket.bytesRead;
    request.on('data', this.#requestOnData);
    request.once('end', this.#requestOnEnd);
  }

  /** The visitor is the one who is waited for. */
  get isAwaited(): boolean {
    return !this.#isOver && !this.#isPaused && !this.#request.complete;
  }

  get received(): number {
    return this.#received;
  }

  /** Whether anything has come since the last time this was asked. */
  takeProgress(): boolean {
    const hasMoved = this.#received !== this.#seen;
    this.#seen = this.#received;
    return hasMoved;
  }

  /** From `onDrain`. */
  resume(): void {
    this.#isPaused = false;
    if (!this.#isOver) this.#request.release();
  }

  /** Nobody wants the rest. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.off('data', this.#requestOnData);
    this.#request.off('end', this.#requestOnEnd);
    // What is here already is in the way of the next request; the rest is for `endAndLinger`.
    if (this.#request.complete) this.#request.release();
    else this.#request.hold();
    this.#request.resume();
  }

  readonly #requestOnData = (chunk: Uint8Array): void => {
    this.#received += chunk.length;
    if (this.#isChunked && this.#hasTooMuchOverhead) {
      this.#owner.uploadBroke('SELLIA_CHUNK_OVERHEAD');
      return;
    }
    if (chunk.length < SMALL) {
      this.#gather(chunk);
    } else {
      this.#flush();
      this.#write(chunk);
    }
  };

  readonly #requestOnEnd = (): void => {
    const { rawTrailers } = this.#request;
    if (rawTrailers.length > 2 * this.#limits.trailerLines) {
      this.#owner.uploadBroke('SELLIA_HEAD_TOO_LARGE');
      return;
    }
    this.#flush();
    this.#isOver = true;
    const trailers = rawTrailers.length === 0 ? rawTrailers : keepTrailers(rawTrailers);
    if (trailers.length === 0) this.#stream.end();
    else this.#stream.trailers(encodeTrailers(trailers));
  };

  #write(chunk: Uint8Array): void {
    if (this.#stream.write(chunk)) return;
    this.#isPaused = true;
    this.#request.hold();
  }

  #gather(chunk: Uint8Array): void {
    if (this.#small === undefined) {
      this.#small = chunk;
      process.nextTick(this.#flush);
      return;
    }
    if (this.#gathered === 0) this.#startPiece(this.#small);
    if (this.#gathered + chunk.length > GATHERED) {
      this.#write(this.#small.subarray(0, this.#gathered));
      this.#startPiece(chunk);
    } else {
      this.#small.set(chunk, this.#gathered);
      this.#gathered += chunk.length;
    }
  }

  #startPiece(chunk: Uint8Array): void {
    this.#small = Buffer.allocUnsafeSlow(GATHERED);
    this.#small.set(chunk);
    this.#gathered = chunk.length;
  }

  readonly #flush = (): void => {
    const small = this.#small;
    if (small === undefined || this.#isOver) return;
    this.#small = undefined;
    this.#write(this.#gathered === 0 ? small : small.subarray(0, this.#gathered));
    this.#gathered = 0;
  };

  /**
   * Chunk sizes and extensions against content. The parser bounds one chunk's extensions, not the
   * sum. What has been read ahead of us is content, too, or the next request.
   */
  get #hasTooMuchOverhead(): boolean {
    const { chunkOverheadBytes, chunkOverheadRatio } = this.#limits;
    const content = this.#received + this.#request.readableLength;
    const wire = this.#request.socket.bytesRead - this.#wireStart;
    return wire - content > chunkOverheadBytes + content * chunkOverheadRatio;
  }
}
