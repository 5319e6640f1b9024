import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { encodeTrailers, keepTrailers, type MuxStream } from '@sellia/protocol';
import { type Clock, guarded } from '@sellia/session';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';

/** The visitor's connection, as far as reading from it goes. */
export interface Gate {
  /** No more of the body is read; what the parser is in the midst of still comes. */
  hold(): void;
  /** For the body's part, reading may go on. */
  letIn(): void;
}

export interface UploadOwner {
  /** The body may not go on. */
  uploadBroke(code: FailureCode): void;
  /** Something of ours has thrown where the request calls, and so nobody else hears of it. */
  broke(error: unknown): void;
}

/** HTTP chunks below this are gathered when more than one comes in a turn ... */
const SMALL = 4 * 1024;
/** ... in pieces of this: a million chunks of a byte are not a million buffers and frames. */
const GATHERED = 16 * 1024;

/** The body of one request on its way to the stream, held while the stream has enough. */
export class Upload {
  readonly #request: IncomingMessage;
  readonly #stream: MuxStream;
  readonly #gate: Gate;
  readonly #isChunked: boolean;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  readonly #owner: UploadOwner;
  readonly #wireStart: number;
  #received = 0;
  #seen = 0;
  #isPaused = false;
  #isOver = false;
  /** Small chunks of this turn behind the first one, which has gone at once. */
  #piece: Buffer | undefined;
  #gathered = 0;
  #isGathering = false;

  constructor(
    request: IncomingMessage,
    stream: MuxStream,
    gate: Gate,
    isChunked: boolean,
    { clock, limits }: { readonly clock: Clock; readonly limits: RelayLimits },
    owner: UploadOwner,
  ) {
    this.#request = request;
    this.#stream = stream;
    this.#gate = gate;
    this.#isChunked = isChunked;
    this.#clock = clock;
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
    if (!this.#isOver) this.#gate.letIn();
  }

  /** Nobody wants the rest. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.off('data', this.#requestOnData);
    this.#request.off('end', this.#requestOnEnd);
    // What is here already is in the way of the next request; the rest is for `endAndLinger`.
    if (this.#request.complete) this.#gate.letIn();
    else this.#gate.hold();
    this.#request.resume();
  }

  readonly #broke = (error: unknown): void => this.#owner.broke(error);

  readonly #requestOnData = guarded(this.#broke, (chunk: Uint8Array) => {
    this.#received += chunk.length;
    if (!this.#isChunked) this.#write(chunk);
    else if (this.#hasTooMuchOverhead) this.#owner.uploadBroke('SELLIA_CHUNK_OVERHEAD');
    else this.#writeGathered(chunk);
  });

  readonly #requestOnEnd = guarded(this.#broke, () => {
    const { rawTrailers } = this.#request;
    if (rawTrailers.length > 2 * this.#limits.trailerLines) {
      this.#owner.uploadBroke('SELLIA_HEAD_TOO_LARGE');
      return;
    }
    this.#flush();
    this.#isOver = true;
    // What still waits for the stream is ours; what is read from here on is the next request.
    this.#gate.letIn();
    const trailers = rawTrailers.length === 0 ? rawTrailers : keepTrailers(rawTrailers);
    if (trailers.length === 0) this.#stream.end();
    else this.#stream.trailers(encodeTrailers(trailers));
  });

  #write(chunk: Uint8Array): void {
    if (this.#stream.write(chunk)) return;
    this.#isPaused = true;
    this.#gate.hold();
  }

  #writeGathered(chunk: Uint8Array): void {
    if (chunk.length >= SMALL) {
      this.#flush();
      this.#write(chunk);
    } else if (this.#isGathering) {
      this.#gather(chunk);
    } else {
      this.#isGathering = true;
      this.#clock.soon(this.#endGathering);
      this.#write(chunk);
    }
  }

  #gather(chunk: Uint8Array): void {
    if (this.#gathered + chunk.length > GATHERED) this.#flush();
    this.#piece ??= Buffer.allocUnsafeSlow(GATHERED);
    this.#piece.set(chunk, this.#gathered);
    this.#gathered += chunk.length;
  }

  #flush(): void {
    const piece = this.#piece;
    if (piece === undefined || this.#isOver) return;
    this.#piece = undefined;
    this.#write(piece.subarray(0, this.#gathered));
    this.#gathered = 0;
  }

  readonly #endGathering = guarded(this.#broke, () => {
    this.#isGathering = false;
    this.#flush();
  });

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
