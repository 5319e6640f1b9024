import {
  decodeTrailers,
  type ErrorCode,
  type HeaderLines,
  keepTrailers,
  type MuxStream,
  type OpenHead,
  type StreamHandler,
} from '@sellia/protocol';
import type { Clock } from '@sellia/session';
import { type DeadlineQueue, Wait, type Waiter } from './deadline-queue.ts';
import { Download } from './download.ts';
import type { ExchangeTap } from './exchange.ts';
import { type HostChoice, prepareRequest, type UpstreamRequest } from './request-head.ts';
import type { BadHead } from './response-head.ts';
import { Upload } from './upload.ts';
import type { Upstream, UpstreamExchange, UpstreamFailure, UpstreamHandler } from './upstream.ts';

/** What every forwarded stream of a tunnel shares. */
export interface ForwardContext {
  readonly upstream: Upstream;
  readonly host: HostChoice;
  readonly clock: Clock;
  /** Waits for response heads. */
  readonly heads: DeadlineQueue;
}

/** Sending one of these again does what sending it once does (RFC 9110 section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * One exchange: a stream of kind http to the upstream and back. Each direction flows by itself;
 * the exchange is over when the response has ended or either side lets go.
 *
 *     stream --onData--> Upload   --write---> upstream
 *     stream <--write--- Download <--onBody-- upstream
 */
export class HttpForward implements StreamHandler, UpstreamHandler, Waiter {
  readonly #stream: MuxStream;
  readonly #context: ForwardContext;
  readonly #tap: ExchangeTap | undefined;
  readonly #request: UpstreamRequest | undefined;
  readonly #download: Download;
  readonly #headWait = new Wait(this);
  #exchange: UpstreamExchange | undefined;
  #upload: Upload | undefined;
  #requestTrailers: HeaderLines = [];
  /** The whole request has come from the visitor. */
  #isRequested: boolean;
  /** The visitor waits for a `100 Continue`, or for the answer in its place. */
  #isAsked: boolean;
  #hasHead = false;
  #isRetried = false;
  #isOver = false;

  /** Takes the stream over; `ended`: the request has no body. */
  constructor(
    stream: MuxStream,
    open: OpenHead,
    ended: boolean,
    context: ForwardContext,
    tap: ExchangeTap | undefined,
  ) {
    this.#stream = stream;
    this.#context = context;
    this.#isRequested = ended;
    this.#tap = tap;
    stream.handler = this;
    const request = prepareRequest(open, ended, context.host);
    const isGood = !('reason' in request);
    this.#request = isGood ? request : undefined;
    this.#isAsked = isGood && request.expects;
    this.#download = new Download(stream, open.request.method, this.#isAsked, this.#tap);
    if (isGood) this.#send(request, false);
    else this.#fail('SELLIA_BAD_REQUEST', request.reason);
  }

  // The relay opens streams and sends no response.
  onHead(): void {}
  onInfo(): void {}

  onData(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#isAsked = false;
    this.#tap?.requestChunk(chunk);
    if (this.#upload?.push(chunk) !== true) {
      this.#fail('SELLIA_PROTOCOL', 'the request body goes beyond its length');
      return;
    }
    this.#watch();
  }

  onTrailers(text: string): void {
    // Only a chunked request can carry them on.
    if (this.#request?.body !== 'chunked') return;
    this.#requestTrailers = keepTrailers(decodeTrailers(text));
    if (this.#requestTrailers.length > 0) this.#tap?.trailers('request', this.#requestTrailers);
  }

  onEnd(): void {
    if (this.#isOver) return;
    this.#isRequested = true;
    if (this.#upload?.end(this.#requestTrailers) === false) {
      this.#fail('SELLIA_PROTOCOL', 'the request body is shorter than its length');
      return;
    }
    this.#watch();
  }

  /** The visitor's request was cut: the upstream must see it as cut. */
  onReset(code: ErrorCode, reason: string): void {
    this.#fail(code, reason);
  }

  /** Nobody wants the response. */
  onStop(code: ErrorCode, reason: string): void {
    this.#fail(code, reason);
  }

  onDrain(): void {
    this.#exchange?.resume();
  }

  onInterim(status: number, reason: string, lines: HeaderLines): void {
    this.#isAsked = false;
    const bad = this.#download.info(status, reason, lines);
    if (bad !== undefined) this.#refuse(bad);
    else this.#watch();
  }

  onResponse(status: number, reason: string, lines: HeaderLines): void {
    this.#hasHead = true;
    this.#context.heads.stop(this.#headWait);
    const bad = this.#download.head(status, reason, lines);
    if (bad !== undefined) this.#refuse(bad);
  }

  onBody(chunk: Uint8Array): void {
    if (!this.#download.data(chunk)) this.#exchange?.pause();
  }

  onComplete(trailers: HeaderLines): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.heads.stop(this.#headWait);
    this.#download.end(trailers);
    // A request that is still on its way is wanted no more.
    if (!this.#isRequested || this.#upload?.isTaken === false) this.#exchange?.abort();
    this.#stream.stop('SELLIA_STOPPED', 'the response is complete');
    this.#tap?.closed(this.#context.clock.now());
  }

  onWritable(): void {
    this.#upload?.drained();
    this.#watch();
  }

  onSwitch(
    _status: number,
    _reason: string,
    _lines: HeaderLines,
    socket: { destroy(): void },
  ): void {
    socket.destroy();
    this.#refuse({ code: 'SELLIA_UPSTREAM_INVALID', reason: 'switched protocols unasked' });
  }

  onFailure(failure: UpstreamFailure): void {
    if (failure.isStale && this.#mayRetry()) {
      this.#isRetried = true;
      this.#send(this.#request as UpstreamRequest, true);
      return;
    }
    this.#fail(failure.code, failure.reason);
  }

  onDeadline(): void {
    this.#fail('SELLIA_UPSTREAM_TIMEOUT', 'no response head in time');
  }

  #send(request: UpstreamRequest, isFresh: boolean): void {
    this.#context.heads.start(this.#headWait);
    const exchange = this.#context.upstream.send(request, this, isFresh);
    this.#exchange = exchange;
    if (this.#isOver) exchange.abort();
    if (request.body === 'none') return;
    const length = request.body === 'length' ? request.length : -1;
    this.#upload = new Upload(this.#stream, exchange, length);
  }

  #mayRetry(): boolean {
    const request = this.#request;
    if (this.#isOver || this.#hasHead || this.#isRetried || request === undefined) return false;
    return request.body === 'none' && IDEMPOTENT.has(request.method);
  }

  /**
   * The wait for the head runs while it is the upstream's turn: the request is whole, it takes no
   * more bytes, or it was asked for a `100 Continue`. A visitor who uploads slowly is not its fault.
   */
  #watch(): void {
    if (this.#isOver || this.#hasHead) return;
    const isTurn = this.#isRequested || this.#isAsked || this.#upload?.isTaken === false;
    if (isTurn) this.#context.heads.start(this.#headWait);
    else this.#context.heads.stop(this.#headWait);
  }

  #refuse(bad: BadHead): void {
    this.#fail(bad.code, bad.reason);
  }

  #fail(code: ErrorCode, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.heads.stop(this.#headWait);
    this.#exchange?.abort();
    this.#stream.reset(code, reason);
    this.#stream.stop(code, reason);
    this.#tap?.failed(this.#context.clock.now(), code, reason);
  }
}
