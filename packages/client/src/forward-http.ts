import {
  decodeTrailers,
  type HeaderLines,
  keepTrailers,
  type MuxStream,
  type OpenHead,
  type StreamHandler,
} from '@sellia/protocol';
import type { ExchangeTap } from './exchange-tap.ts';
import { Forward, type ForwardContext } from './forward.ts';
import { prepareRequest, type UpstreamRequest } from './request-head.ts';
import { Upload } from './upload.ts';
import type { UpstreamFailure } from './upstream.ts';

/** Sending one of these again does what sending it once does (RFC 9110 section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * One exchange: a stream of kind http to the upstream and back. Each direction flows by itself;
 * the exchange is over when the response has ended or either side lets go.
 *
 *     stream --onData--> Upload   --write---> upstream
 *     stream <--write--- Download <--onBody-- upstream
 */
export class HttpForward extends Forward implements StreamHandler {
  readonly #request: UpstreamRequest | undefined;
  #upload: Upload | undefined;
  #requestTrailers: HeaderLines = [];
  /** The whole request has come from the visitor. */
  #isRequested: boolean;
  /** The visitor waits for a `100 Continue`, or for the answer in its place. */
  #isAsked: boolean;
  #isRetried = false;

  /** Takes the stream over; `ended`: the request has no body. */
  constructor(
    stream: MuxStream,
    open: OpenHead,
    ended: boolean,
    context: ForwardContext,
    tap: ExchangeTap | undefined,
  ) {
    const request = prepareRequest(open, ended, context.host);
    const isGood = !('reason' in request);
    const isAsked = isGood && request.expects;
    super(stream, open.request.method, isAsked, context, tap);
    stream.handler = this;
    this.#isRequested = ended;
    this.#request = isGood ? request : undefined;
    this.#isAsked = isAsked;
    if (isGood) this.#send(request, false);
    else this.fail('SELLIA_BAD_REQUEST', request.reason);
  }

  onData(chunk: Uint8Array): void {
    if (this.isOver) return;
    this.#isAsked = false;
    this.tap?.requestChunk(chunk);
    if (this.#upload?.push(chunk) !== true) {
      this.fail('SELLIA_PROTOCOL', 'the request body goes beyond its length');
      return;
    }
    this.#watch();
  }

  onTrailers(text: string): void {
    // Only a chunked request can carry them on.
    if (this.#request?.body !== 'chunked') return;
    this.#requestTrailers = keepTrailers(decodeTrailers(text));
    if (this.#requestTrailers.length > 0) this.tap?.trailers('request', this.#requestTrailers);
  }

  onEnd(): void {
    if (this.isOver) return;
    this.#isRequested = true;
    if (this.#upload?.end(this.#requestTrailers) === false) {
      this.fail('SELLIA_PROTOCOL', 'the request body is shorter than its length');
      return;
    }
    this.#lookWhetherSent();
    this.#watch();
  }

  override onInterim(status: number, reason: string, lines: HeaderLines): void {
    this.#isAsked = false;
    super.onInterim(status, reason, lines);
    this.#watch();
  }

  onComplete(trailers: HeaderLines): void {
    if (this.isOver) return;
    this.isOver = true;
    this.context.heads.stop(this.headWait);
    this.download.end(trailers);
    // A request that is still on its way is wanted no more.
    if (!this.#isRequested || this.#upload?.isTaken === false) this.exchange?.abort();
    this.stream.stop('SELLIA_STOPPED', 'the response is complete');
    this.tap?.closed(this.context.clock.now());
  }

  onWritable(): void {
    this.#upload?.drained();
    this.#lookWhetherSent();
    this.#watch();
  }

  onSwitch(
    _status: number,
    _reason: string,
    _lines: HeaderLines,
    socket: { destroy(): void },
  ): void {
    socket.destroy();
    this.refuse({ code: 'SELLIA_UPSTREAM_INVALID', reason: 'switched protocols unasked' });
  }

  onFailure(failure: UpstreamFailure): void {
    if (failure.isStale && this.#mayRetry()) {
      this.#isRetried = true;
      this.#send(this.#request as UpstreamRequest, true);
      return;
    }
    this.fail(failure.code, failure.reason);
  }

  #send(request: UpstreamRequest, isFresh: boolean): void {
    this.context.heads.start(this.headWait);
    this.hasBody = request.body !== 'none';
    const exchange = this.context.upstream.send(request, this.guard, isFresh);
    this.exchange = exchange;
    if (this.isOver) exchange.abort();
    if (!this.hasBody) return;
    const length = request.body === 'length' ? request.length : -1;
    this.#upload = new Upload(this.stream, exchange, length);
  }

  #lookWhetherSent(): void {
    if (this.#upload?.isSent) this.tap?.sent(this.context.clock.now());
  }

  #mayRetry(): boolean {
    const request = this.#request;
    if (this.isOver || this.hasHead || this.#isRetried || request === undefined) return false;
    return request.body === 'none' && IDEMPOTENT.has(request.method);
  }

  /**
   * The wait for the head runs while it is the upstream's turn: the request is whole, it takes no
   * more bytes, or it was asked for a `100 Continue`. A visitor who uploads slowly is not its fault.
   */
  #watch(): void {
    if (this.isOver || this.hasHead) return;
    const isTurn = this.#isRequested || this.#isAsked || this.#upload?.isTaken === false;
    if (isTurn) this.context.heads.start(this.headWait);
    else this.context.heads.stop(this.headWait);
  }
}
