import type { HeaderLines } from '@sellia/protocol';
import type { UpstreamRequest } from './request-head.ts';
import type { UpstreamExchange, UpstreamHandler } from './upstream.ts';
import { failureOf } from './upstream-failure.ts';

/** A connection, as its exchange uses it. */
export interface ExchangeCarrier {
  readonly exchange: Http1Exchange | undefined;
  /** It has served another exchange. */
  readonly isReused: boolean;
  /** Writes the head of the exchange's request. */
  begin(exchange: Http1Exchange): void;
  /** False: stop until the handler's `onWritable`. */
  write(chunk: Uint8Array): boolean;
  end(trailers: HeaderLines): void;
  pause(): void;
  resume(): void;
  abandon(): void;
}

/** Where a request waits that has no connection yet. */
export interface WaitingPlace {
  /** It has ended: forget it. */
  delete(exchange: Http1Exchange): unknown;
}

/** A request that waits for a connection, then runs on it. */
export class Http1Exchange implements UpstreamExchange {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** No more calls to the handler. */
  isOver = false;
  /** When its patience with an upstream that refuses ends, on the clock; set by the first refusal. */
  waitsUntil: number | undefined;
  #place: WaitingPlace;
  #carrier: ExchangeCarrier | undefined;
  /** First chunk of the body, when it came before the connection; more is not taken. */
  #early: Uint8Array | undefined;
  #earlyEnd: HeaderLines | undefined;
  #isPaused = false;

  /** `place`: where it stands in line until it starts. */
  constructor(request: UpstreamRequest, handler: UpstreamHandler, place: WaitingPlace) {
    this.request = request;
    this.handler = handler;
    this.#place = place;
  }

  /** Waits at `place` from here on. */
  moveTo(place: WaitingPlace): void {
    this.#place.delete(this);
    this.#place = place;
  }

  /** Runs on `carrier` from here on. */
  start(carrier: ExchangeCarrier): void {
    this.#carrier = carrier;
    const { isReused } = carrier;
    carrier.begin(this);
    this.handler.onConnected(isReused);
    if (this.#isPaused) carrier.pause();
    const early = this.#early;
    this.#early = undefined;
    const isTaken = early !== undefined && carrier.write(early);
    if (this.#earlyEnd !== undefined) carrier.end(this.#earlyEnd);
    // After a wait for the upstream it is said as well: the time that it has to answer begins here.
    const hasWaited = this.waitsUntil !== undefined && early === undefined;
    if (isTaken || hasWaited) this.handler.onWritable();
  }

  /** `isStale`: its connection died before a byte of the answer, having served before. */
  fail(error: unknown, isStale: boolean): void {
    if (this.isOver) return;
    this.#finish();
    this.handler.onFailure(failureOf(error, isStale));
  }

  write(chunk: Uint8Array): boolean {
    if (this.isOver) return true;
    if (this.#carrier !== undefined) return this.#carrier.write(chunk);
    this.#early = chunk;
    return false;
  }

  end(trailers: HeaderLines): void {
    if (this.isOver) return;
    if (this.#carrier === undefined) this.#earlyEnd = trailers;
    else this.#carrier.end(trailers);
  }

  pause(): void {
    this.#isPaused = true;
    this.#carrier?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#carrier?.exchange === this) this.#carrier.resume();
  }

  abort(): void {
    this.#finish();
    // A response can be over while its request is not: then the connection is still this one's.
    if (this.#carrier?.exchange === this) this.#carrier.abandon();
  }

  #finish(): void {
    this.isOver = true;
    this.#early = undefined;
    this.#place.delete(this);
  }
}
