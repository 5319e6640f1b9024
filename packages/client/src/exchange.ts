import type { ExchangeRefused, ExchangeReport, HeaderLines, OpenHead } from '@sellia/protocol';
import type { SelliaErrorCode } from './errors.ts';

/** On every fact. */
interface Numbered {
  /** Rises by one with each fact of the feed: a gap is a loss. */
  readonly fact: number;
  /** Of the exchange within this tunnel handle, from 1. */
  readonly exchange: number;
  /** Unix time in milliseconds. */
  readonly at: number;
}

/** The first close frame of a WebSocket: its code (1005 where it names none), and who sent it. */
export interface ClosedWith {
  readonly code: number;
  readonly side: 'visitor' | 'relay' | 'upstream';
}

/** What happened to an exchange, in the order it happened. */
export type ExchangeFact = Numbered &
  (
    | {
        readonly type: 'opened';
        readonly kind: 'http' | 'upgrade';
        readonly opening: OpenHead['opening'];
      }
    | {
        readonly type: 'requestHead';
        readonly method: string;
        readonly target: string;
        /** As the relay sent them; what the upstream got differs by hop-by-hop lines and Host. */
        readonly headers: HeaderLines;
      }
    | {
        readonly type: 'bodyChunk';
        readonly direction: 'request' | 'response';
        /** Only lent: copy what is to be kept. */
        readonly chunk: Uint8Array;
      }
    | {
        readonly type: 'trailers';
        readonly direction: 'request' | 'response';
        readonly headers: HeaderLines;
      }
    | {
        readonly type: 'responseHead';
        readonly status: number;
        readonly reason: string;
        readonly headers: HeaderLines;
      }
    /** From here on the bytes are those of another protocol. */
    | { readonly type: 'upgraded' }
    /** Bytes of both directions so far, at the end of an exchange. */
    | { readonly type: 'counters'; readonly requestBytes: number; readonly responseBytes: number }
    /** Both directions ended. `durationMs` from the head of the request. */
    | { readonly type: 'closed'; readonly durationMs: number; readonly close?: ClosedWith }
    | {
        readonly type: 'failed';
        readonly code: SelliaErrorCode;
        readonly reason: string;
        readonly durationMs: number;
        readonly close?: ClosedWith;
      }
    /** How it went at the relay; after `closed` or `failed`, only when reports were asked for. */
    | { readonly type: 'reported'; readonly report: ExchangeReport }
    /** Answered by the relay alone; the upstream never heard of it. `exchange` is 0. */
    | { readonly type: 'refused'; readonly refusal: ExchangeRefused }
  );

type Unnumbered<Fact> = Fact extends Numbered ? Omit<Fact, keyof Numbered> : never;
type FactBody = Unnumbered<ExchangeFact>;

/** One that throws is dropped, and its error told as the tunnel's `fault`; it never hurts the tunnel. */
export type FactSubscriber = (fact: ExchangeFact) => void;

/** What a tunnel tells of its exchanges. Costs nothing while nobody listens. */
export class ExchangeFeed {
  readonly #subscribers = new Set<FactSubscriber>();
  readonly #onFault: (error: unknown) => void;
  #facts = 0;
  #exchanges = 0;

  /** `onFault` gets what subscribers throw. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size > 0;
  }

  /** Facts of exchanges that begin from now on. Returns what ends the subscription. */
  subscribe(subscriber: FactSubscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** A tap for one exchange, or undefined when nobody listens. */
  tap(open: OpenHead, startedAt: number): ExchangeTap | undefined {
    if (!this.hasSubscribers) return undefined;
    return new ExchangeTap(this, ++this.#exchanges, open, startedAt);
  }

  publish(exchange: number, body: FactBody): void {
    if (!this.hasSubscribers) return;
    const fact = { ...body, fact: ++this.#facts, exchange, at: Date.now() } as ExchangeFact;
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(fact);
      } catch (error) {
        this.#subscribers.delete(subscriber);
        this.#onFault(error);
      }
    }
  }
}

/** Publishes what happens to one exchange; counts its bytes. */
export class ExchangeTap {
  readonly exchange: number;
  readonly #feed: ExchangeFeed;
  readonly #startedAt: number;
  #requestBytes = 0;
  #responseBytes = 0;
  #isOver = false;

  constructor(feed: ExchangeFeed, exchange: number, open: OpenHead, startedAt: number) {
    this.exchange = exchange;
    this.#feed = feed;
    this.#startedAt = startedAt;
    const { opening, request } = open;
    const kind = opening.kind === 'upgrade' ? 'upgrade' : 'http';
    feed.publish(exchange, { type: 'opened', kind, opening });
    feed.publish(exchange, { type: 'requestHead', ...request });
  }

  requestChunk(chunk: Uint8Array): void {
    this.#requestBytes += chunk.length;
    this.#feed.publish(this.exchange, { type: 'bodyChunk', direction: 'request', chunk });
  }

  responseChunk(chunk: Uint8Array): void {
    this.#responseBytes += chunk.length;
    this.#feed.publish(this.exchange, { type: 'bodyChunk', direction: 'response', chunk });
  }

  trailers(direction: 'request' | 'response', headers: HeaderLines): void {
    this.#feed.publish(this.exchange, { type: 'trailers', direction, headers });
  }

  responseHead(status: number, reason: string, headers: HeaderLines): void {
    this.#feed.publish(this.exchange, { type: 'responseHead', status, reason, headers });
  }

  upgraded(): void {
    this.#feed.publish(this.exchange, { type: 'upgraded' });
  }

  /**
   * Once; what comes after is not told. `now` is of the clock that gave `startedAt`; `close` is that
   * of a WebSocket which had one.
   */
  closed(now: number, close?: ClosedWith): void {
    if (!this.#finish()) return;
    const end = { durationMs: now - this.#startedAt, ...(close === undefined ? {} : { close }) };
    this.#feed.publish(this.exchange, { type: 'closed', ...end });
  }

  failed(now: number, code: SelliaErrorCode, reason: string, close?: ClosedWith): void {
    if (!this.#finish()) return;
    const end = { durationMs: now - this.#startedAt, ...(close === undefined ? {} : { close }) };
    this.#feed.publish(this.exchange, { type: 'failed', code, reason, ...end });
  }

  #finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#feed.publish(this.exchange, {
      type: 'counters',
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
    });
    return true;
  }
}
