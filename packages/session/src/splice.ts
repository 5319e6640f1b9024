import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ErrorCode, MuxStream, StreamHandler } from '@sellia/protocol';
import { ByteQueue } from './byte-queue.ts';
import { confirmEnd } from './confirm-end.ts';

/**
 * Stream to Writable. Holds what comes while the writable is full (at most the stream's window) and
 * gives credit as the bytes leave, so that a slow reader stops its sender and nobody else.
 */
export class Sink {
  readonly #stream: MuxStream;
  readonly #writable: Writable;
  readonly #held = new ByteQueue();
  /** Written and not yet given back as credit. */
  #owed = 0;
  #isFull = false;
  #isOver = false;
  #whenEmpty: (() => void) | undefined;

  constructor(stream: MuxStream, writable: Writable) {
    this.#stream = stream;
    this.#writable = writable;
  }

  /** Bytes that the writable has not been given yet. */
  get held(): number {
    return this.#held.length;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#isFull) this.#held.push(chunk);
    else this.#write(chunk);
  }

  /** Calls `then` once everything pushed so far has been given to the writable. One at a time. */
  whenEmpty(then: () => void): void {
    if (this.#held.length === 0) then();
    else this.#whenEmpty = then;
  }

  /** Ends the writable behind what was pushed. */
  end(): void {
    this.whenEmpty(() => this.#writable.end());
  }

  /** Forgets what is held; nothing is written any more. */
  destroy(): void {
    this.#isOver = true;
    this.#held.clear();
    this.#whenEmpty = undefined;
    this.#writable.off('drain', this.#writableOnDrain);
  }

  #write(chunk: Uint8Array): void {
    if (this.#writable.write(chunk)) {
      this.#stream.consume(chunk.length);
      return;
    }
    this.#owed += chunk.length;
    this.#isFull = true;
    this.#writable.once('drain', this.#writableOnDrain);
  }

  readonly #writableOnDrain = (): void => {
    this.#isFull = false;
    const owed = this.#owed;
    this.#owed = 0;
    this.#stream.consume(owed);
    while (!this.#isFull && !this.#isOver) {
      const chunk = this.#held.shift();
      if (chunk === undefined) break;
      this.#write(chunk);
    }
    if (this.#held.length > 0 || this.#whenEmpty === undefined) return;
    const then = this.#whenEmpty;
    this.#whenEmpty = undefined;
    then();
  };
}

/** Readable to stream, paused while the stream has enough. The owner handles end and error. */
export class Source {
  readonly #stream: MuxStream;
  readonly #readable: Readable;
  #isDetached = false;
  #isPaused = false;

  constructor(stream: MuxStream, readable: Readable) {
    this.#stream = stream;
    this.#readable = readable;
    readable.on('data', this.#readableOnData);
  }

  /** The stream has enough for now. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** From `onDrain`. */
  resume(): void {
    this.#isPaused = false;
    if (!this.#isDetached) this.#readable.resume();
  }

  /** Reads no more; the readable stays paused until its owner decides. */
  detach(): void {
    this.#isDetached = true;
    this.#readable.off('data', this.#readableOnData);
    this.#readable.pause();
  }

  readonly #readableOnData = (chunk: Uint8Array): void => {
    if (this.#stream.write(chunk)) return;
    this.#isPaused = true;
    this.#readable.pause();
  };
}

export interface SpliceOptions {
  /** Told of each chunk on its way, for counting; must not change or keep it. */
  readonly onBytes?: (from: 'stream' | 'socket', chunk: Uint8Array) => void;
  /** Both directions are over. `code` is undefined for a clean end. */
  readonly onClosed?: (code: ErrorCode | undefined) => void;
  /** What the peer hears when the socket fails. */
  readonly lostCode: ErrorCode;
}

/**
 * An upgraded connection: socket and stream joined both ways, half-close and abort included. The
 * splice owns the socket.
 */
export class Splice implements StreamHandler {
  readonly #stream: MuxStream;
  readonly #socket: Socket;
  readonly #options: SpliceOptions;
  readonly #sink: Sink;
  readonly #source: Source;
  #code: ErrorCode | undefined;
  #isStopped = false;
  #socketEnded = false;
  #streamEnded = false;

  /** Sets itself as the stream's handler; `socket` may still be paused, its bytes in order. */
  constructor(stream: MuxStream, socket: Socket, options: SpliceOptions) {
    this.#stream = stream;
    this.#socket = socket;
    this.#options = options;
    this.#sink = new Sink(stream, socket);
    stream.handler = this;
    // One side's FIN must not end what still flows the other way.
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    if (options.onBytes !== undefined) socket.on('data', this.#socketOnData);
    this.#source = new Source(stream, socket);
    socket.on('end', this.#socketOnEnd);
    socket.on('error', this.#socketOnError);
    socket.on('close', this.#socketOnClose);
  }

  onHead(): void {}
  onInfo(): void {}
  onTrailers(): void {}

  onData(chunk: Uint8Array): void {
    this.#options.onBytes?.('stream', chunk);
    this.#sink.push(chunk);
    this.#cutWhenUseless();
  }

  onEnd(): void {
    this.#streamEnded = true;
    this.#sink.end();
  }

  onReset(code: ErrorCode): void {
    this.#code ??= code;
    this.#streamEnded = true;
    this.#cutBehindHeld();
    this.#cutWhenUseless();
  }

  /** The far socket is gone: what it sent before may still arrive, nothing can go back. */
  onStop(code: ErrorCode): void {
    this.#code ??= code;
    this.#isStopped = true;
    this.#source.detach();
    this.#socket.resume();
    if (this.#streamEnded) this.#cutBehindHeld();
    this.#cutWhenUseless();
  }

  /** The socket is not read, as the stream takes no more: a reset of its peer goes unseen. */
  get isHeldBack(): boolean {
    return this.#source.isPaused;
  }

  onDrain(): void {
    this.#source.resume();
  }

  /** Ends the socket, not cleanly, once it has taken what came before. */
  #cutBehindHeld(): void {
    const socket = this.#socket;
    const cutIt = () => cut(socket);
    this.#sink.whenEmpty(() => {
      if (!socket.writableEnded) socket.write('', cutIt);
      else if (socket.writableFinished) cutIt();
      else socket.once('finish', cutIt);
    });
  }

  /** Nobody is left on the far side, and our own does not even take what came before. */
  #cutWhenUseless(): void {
    if (this.#isStopped && this.#sink.isFull) cut(this.#socket);
  }

  readonly #socketOnData = (chunk: Uint8Array): void => {
    this.#options.onBytes?.('socket', chunk);
  };

  readonly #socketOnEnd = (): void => {
    confirmEnd(this.#socket, () => {
      this.#socketEnded = true;
      this.#stream.end();
    });
  };

  readonly #socketOnError = (): void => {
    this.#code ??= this.#options.lostCode;
  };

  readonly #socketOnClose = (): void => {
    this.#sink.destroy();
    const isClean = this.#socketEnded && this.#streamEnded;
    if (!isClean) {
      this.#code ??= this.#options.lostCode;
      this.#stream.reset(this.#code);
      this.#stream.stop(this.#code);
    }
    this.#options.onClosed?.(this.#code);
  };
}

/**
 * Ends a socket so that the other side sees it was not a clean end: RST on TCP. A TLS socket is
 * destroyed without its closing alert, which its peer may tell from a clean end (RFC 8446 section 6.1).
 * The socket of a path, which has no address, knows no other end than closing.
 */
export function cut(socket: Socket): void {
  const isTcp = socket instanceof Socket && !(socket instanceof TLSSocket);
  if (isTcp && socket.remoteAddress !== undefined) socket.resetAndDestroy();
  // Some lines of node would first wait until what is written has left, which may be never.
  socket.destroy();
}
