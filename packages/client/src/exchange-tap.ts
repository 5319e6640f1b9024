import type { HeaderLines, OpenHead, ResponseHead } from '@sellia/protocol';
import type { SelliaErrorCode } from './errors.ts';
import type { ClosedWith, ExchangeTimes } from './exchange-fact.ts';
import type { ExchangeFeed } from './exchange-feed.ts';

/** Publishes what happens to one exchange; counts its bytes. */
export class ExchangeTap {
  readonly exchange: number;
  readonly #feed: ExchangeFeed;
  readonly #startedAt: number;
  readonly #times: ExchangeTimes = {
    connectMs: -1,
    isReused: false,
    requestSentMs: -1,
    firstByteMs: -1,
  };
  #requestBytes = 0;
  #responseBytes = 0;
  #isOver = false;

  constructor(feed: ExchangeFeed, exchange: number, open: OpenHead, startedAt: number) {
    this.exchange = exchange;
    this.#feed = feed;
    this.#startedAt = startedAt;
    const { opening, request } = open;
    const kind = opening.kind === 'upgrade' ? 'upgrade' : 'http';
    const { method, target, headers } = request;
    const at = Date.now();
    const { text } = open;
    const fact = feed.nextFact();
    const head = {
      type: 'opened',
      fact,
      exchange,
      at,
      kind,
      opening,
      method,
      target,
      headers,
      text,
    } as const;
    feed.tell(head);
  }

  requestChunk(chunk: Uint8Array, isOwn = false): void {
    this.#requestBytes += chunk.length;
    this.#chunk('request', chunk, isOwn);
  }

  responseChunk(chunk: Uint8Array, isOwn = false): void {
    this.#responseBytes += chunk.length;
    this.#chunk('response', chunk, isOwn);
  }

  trailers(direction: 'request' | 'response', headers: HeaderLines): void {
    this.#feed.publish(this.exchange, { type: 'trailers', direction, headers });
  }

  /** `text` is that of `encodeResponse`. */
  responseHead({ status, reason, headers, text }: ResponseHead & { readonly text: string }): void {
    const exchange = this.exchange;
    const fact = this.#feed.nextFact();
    const at = Date.now();
    this.#feed.tell({ type: 'responseHead', fact, exchange, at, status, reason, headers, text });
  }

  upgraded(): void {
    this.#feed.publish(this.exchange, { type: 'upgraded' });
  }

  /** The request runs on a connection; without a body that is all of it. `now` as for `closed`. */
  connected(now: number, isReused: boolean, hasBody: boolean): void {
    const times = this.#times;
    times.connectMs = now - this.#startedAt;
    times.isReused = isReused;
    // What had come before the connection has gone out with it.
    if (!hasBody || times.requestSentMs >= 0) times.requestSentMs = times.connectMs;
  }

  /** The whole request has been given to the upstream; asked again, the first time counts. */
  sent(now: number): void {
    if (this.#times.requestSentMs < 0) this.#times.requestSentMs = now - this.#startedAt;
  }

  /** The response's head has come. */
  answered(now: number): void {
    this.#times.firstByteMs = now - this.#startedAt;
  }

  /**
   * Once; what comes after is not told. `now` is of the clock that gave `startedAt`; `close` is that
   * of a WebSocket which had one.
   */
  closed(now: number, close?: ClosedWith): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { exchange } = this;
    const fact = this.#feed.nextFact();
    const end = {
      type: 'closed',
      fact,
      exchange,
      at: Date.now(),
      durationMs: now - this.#startedAt,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      times: this.#times,
    } as const;
    this.#feed.tell(close === undefined ? end : { ...end, close });
  }

  failed(now: number, code: SelliaErrorCode, reason: string, close?: ClosedWith): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const [requestBytes, responseBytes] = [this.#requestBytes, this.#responseBytes];
    const sums = { requestBytes, responseBytes, times: this.#times };
    const end = { durationMs: now - this.#startedAt, ...sums };
    const how = close === undefined ? {} : { close };
    this.#feed.publish(this.exchange, { type: 'failed', code, reason, ...end, ...how });
  }

  #chunk(direction: 'request' | 'response', chunk: Uint8Array, isOwn: boolean): void {
    const exchange = this.exchange;
    const fact = this.#feed.nextFact();
    const told = { type: 'bodyChunk', fact, exchange, at: Date.now(), direction, chunk } as const;
    this.#feed.tell(isOwn ? { ...told, isOwn } : told);
  }
}
