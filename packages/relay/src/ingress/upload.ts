import type { IncomingMessage } from 'node:http';
import { encodeTrailers, type MuxStream } from '@sellia/protocol';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';
import { keepTrailers } from './trailers.ts';

export interface UploadOwner {
  /** The body may not go on. */
  uploadBroke(code: FailureCode): void;
}

/** The body of one request on its way to the stream, paused while the stream has enough. */
export class Upload {
  readonly #request: IncomingMessage;
  readonly #stream: MuxStream;
  readonly #isChunked: boolean;
  readonly #limits: RelayLimits;
  readonly #owner: UploadOwner;
  readonly #wireStart: number;
  #received = 0;
  #seen = 0;
  #isPaused = false;
  #isOver = false;

  constructor(
    request: IncomingMessage,
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
    if (!this.#isOver) this.#request.resume();
  }

  /** Nobody wants the rest. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.off('data', this.#requestOnData);
    this.#request.off('end', this.#requestOnEnd);
    // What is here already is in the way of the next request; the rest is for `endAndLinger`.
    if (this.#request.complete) this.#request.resume();
    else this.#request.pause();
  }

  readonly #requestOnData = (chunk: Uint8Array): void => {
    this.#received += chunk.length;
    if (this.#isChunked && this.#hasTooMuchOverhead) {
      this.#owner.uploadBroke('SELLIA_CHUNK_OVERHEAD');
      return;
    }
    if (this.#stream.write(chunk)) return;
    this.#isPaused = true;
    this.#request.pause();
  };

  readonly #requestOnEnd = (): void => {
    const { rawTrailers } = this.#request;
    if (rawTrailers.length > 2 * this.#limits.trailerLines) {
      this.#owner.uploadBroke('SELLIA_HEAD_TOO_LARGE');
      return;
    }
    this.#isOver = true;
    const trailers = rawTrailers.length === 0 ? rawTrailers : keepTrailers(rawTrailers);
    if (trailers.length === 0) this.#stream.end();
    else this.#stream.trailers(encodeTrailers(trailers));
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
