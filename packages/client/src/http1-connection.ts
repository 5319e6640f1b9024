import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { HeaderLines } from '@sellia/protocol';
import { confirmEnd, cut } from '@sellia/session';
import { Wait, type Waiter } from './deadline-queue.ts';
import type { DirectReader } from './direct-reader.ts';
import type { ExchangeCarrier, Http1Exchange } from './http1-exchange.ts';
import { type Http1Handler, Http1Parser } from './http1-parser.ts';
import { encodeLastChunk, encodeRequest } from './http1-request.ts';
import { UpstreamError } from './upstream-failure.ts';
import { UpstreamSocket } from './upstream-socket.ts';

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** May serve the next exchange. */
  connectionOnIdle(connection: Http1Connection): void;
  /** Only waits for its last bytes to leave; `onDeadline` is to end a wait that takes too long. */
  connectionOnLingering(connection: Http1Connection): void;
  /** Takes no exchange any more. Told once, and last. */
  connectionOnGone(connection: Http1Connection): void;
  /** A defect of ours, in a handler; its exchange has failed. */
  connectionOnFault(error: unknown): void;
}

/** A server closes an unused connection when it said; a request needs this long to get there. */
const MARGIN_MS = 1_000;

/**
 * One connection to the upstream. It carries one exchange at a time, and never another one after
 * any doubt: bytes that nobody asked for, a response that ended before its request.
 */
export class Http1Connection implements ExchangeCarrier, Http1Handler, Waiter {
  exchange: Http1Exchange | undefined;
  /** Of an unused or lingering connection, in its pool's queue. */
  readonly wait: Wait = new Wait(this);
  readonly #socket: Socket;
  readonly #reader: DirectReader | undefined;
  readonly #owner: ConnectionOwner;
  readonly #parser: Http1Parser;
  #hasServed = false;
  /** A byte has come since the request was written. */
  #hasAnswered = false;
  #isRequested = true;
  #isCorked = false;
  #isGone = false;
  #idleSince = 0;

  /** Owns `socket`, which is connected. */
  constructor(socket: Socket, owner: ConnectionOwner, headMax: number) {
    this.#socket = socket;
    this.#reader = socket instanceof UpstreamSocket ? socket.reader : undefined;
    this.#owner = owner;
    this.#parser = new Http1Parser(this, headMax);
    if (this.#reader === undefined) socket.on('data', this.#socketOnData);
    else this.#reader.onBytes = this.#socketOnData;
    socket.on('drain', this.#socketOnDrain);
    socket.on('end', this.#socketOnEnd);
    socket.on('error', this.#socketOnError);
    socket.on('close', this.#socketOnClose);
  }

  get isReused(): boolean {
    return this.#hasServed;
  }

  /** Unused since `now`. */
  rest(now: number): void {
    this.#idleSince = now;
  }

  /** Whether the server still keeps it at `now`, by what it said itself. */
  isFit(now: number): boolean {
    const { keepAliveMs } = this.#parser;
    return !this.#isGone && (keepAliveMs < 0 || now - this.#idleSince < keepAliveMs - MARGIN_MS);
  }

  begin(exchange: Http1Exchange): void {
    const { request } = exchange;
    this.exchange = exchange;
    this.#hasAnswered = false;
    this.#isRequested = request.body === 'none';
    this.#parser.expect(request.method, request.isUpgrade);
    if (!this.#isRequested) this.#cork();
    this.#socket.write(encodeRequest(request), 'latin1');
  }

  write(chunk: Uint8Array): boolean {
    const socket = this.#socket;
    this.#cork();
    if (this.exchange?.request.body !== 'chunked') return socket.write(chunk);
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk);
    return socket.write('\r\n', 'latin1');
  }

  end(trailers: HeaderLines): void {
    this.#isRequested = true;
    if (this.exchange?.request.body !== 'chunked') return;
    this.#cork();
    this.#socket.write(encodeLastChunk(trailers), 'latin1');
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  abandon(): void {
    if (this.#isGone) return;
    // A RST is heard by a server that reads nothing, and leaves no port in TIME-WAIT. But whoever
    // takes over the socket of an upgrade often listens to no error on it: it would end their process.
    const isUpgrade = this.exchange?.request.isUpgrade ?? false;
    this.#leave();
    if (isUpgrade) this.#socket.destroy();
    else cut(this.#socket);
  }

  /** Unused, or lingering, for too long. */
  onDeadline(): void {
    this.#leave();
    this.#socket.destroy();
  }

  onInterim(status: number, reason: string, headers: HeaderLines): void {
    this.exchange?.handler.onInterim(status, reason, headers);
  }

  onResponse(status: number, reason: string, headers: HeaderLines): void {
    this.exchange?.handler.onResponse(status, reason, headers);
  }

  onBody(chunk: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    exchange.handler.onBody(this.#reader === undefined ? chunk : this.#reader.own(chunk));
  }

  onComplete(trailers: HeaderLines): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    exchange.isOver = true;
    exchange.handler.onComplete(trailers);
    // The handler lets go of a request that was still on its way, and so of this connection.
    if (this.#isGone) return;
    if (!this.#isRequested) this.abandon();
    this.exchange = undefined;
  }

  onSwitched(status: number, reason: string, headers: HeaderLines, rest: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    exchange.isOver = true;
    this.#leave();
    this.#socket.pause();
    exchange.handler.onSwitch(status, reason, headers, this.#socket, rest);
  }

  readonly #socketOnData = (bytes: Buffer): void => {
    this.#hasAnswered = true;
    try {
      this.#parser.receive(bytes);
    } catch (error) {
      this.#failBy(error);
    }
    if (this.exchange === undefined) this.#settle();
  };

  readonly #socketOnDrain = (): void => {
    try {
      if (this.exchange?.isOver === false) this.exchange.handler.onWritable();
    } catch (error) {
      this.#failBy(error);
    }
  };

  readonly #socketOnEnd = (): void => {
    if (this.#parser.endsByClose) confirmEnd(this.#socket, this.#end);
    else this.#end();
  };

  readonly #end = (): void => {
    if (this.#isGone) return;
    try {
      const error = this.#parser.end();
      if (error !== undefined) this.#fail(error);
    } catch (error) {
      this.#failBy(error);
    }
    this.#settle();
  };

  readonly #socketOnError = (error: Error): void => {
    this.#fail(error);
  };

  readonly #socketOnClose = (): void => {
    this.#fail(new UpstreamError('SELLIA_UPSTREAM_RESET', 'the connection ended early'));
  };

  /** Between two exchanges: on to the next one, or the end. */
  #settle(): void {
    if (this.#isGone) return;
    const socket = this.#socket;
    const isFlushed = socket.writableLength === 0;
    this.#hasServed = true;
    this.#reader?.release();
    if (isFlushed && this.#parser.isReusable) {
      if (socket.isPaused()) socket.resume();
      this.#owner.connectionOnIdle(this);
    } else if (isFlushed) {
      this.#leave();
      socket.destroy();
    } else {
      // The answer came early, but the server still reads what it asked for.
      this.#parser.stop();
      socket.destroySoon();
      this.#owner.connectionOnLingering(this);
    }
  }

  /** By what was thrown: the upstream's doing, or a defect of ours. */
  #failBy(error: unknown): void {
    this.#fail(error);
    if (!(error instanceof UpstreamError)) this.#owner.connectionOnFault(error);
  }

  #fail(error: unknown): void {
    if (this.#isGone) return;
    const { exchange } = this;
    const isStale = this.#hasServed && !this.#hasAnswered;
    this.#leave();
    this.#socket.destroy();
    exchange?.fail(error, isStale);
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.exchange = undefined;
    this.#parser.stop();
    const socket = this.#socket;
    if (this.#reader === undefined) socket.off('data', this.#socketOnData);
    else this.#reader.onBytes = undefined;
    socket.off('drain', this.#socketOnDrain);
    socket.off('end', this.#socketOnEnd);
    socket.off('error', this.#socketOnError);
    socket.off('close', this.#socketOnClose);
    this.#owner.connectionOnGone(this);
  }

  /** What is written in one turn leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    queueMicrotask(this.#uncork);
  }

  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#socket.uncork();
  };
}
