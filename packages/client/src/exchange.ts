import type {
  ExchangeRefused,
  ExchangeReport,
  HeaderLines,
  OpenHead,
  ResponseHead,
} from '@sellia/protocol';
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

/**
 * The first close frame of a WebSocket: its code (1005 where it names none), and who sent it. 1006 where
 * there was none, and whose connection ended first.
 */
export interface ClosedWith {
  readonly code: number;
  readonly side: 'visitor' | 'relay' | 'upstream';
}

/** When what happened, in milliseconds from the head of the request; -1 for what has not. */
export interface ExchangeTimes {
  /** The request had a connection to the upstream ... */
  connectMs: number;
  /** ... which had served before. */
  isReused: boolean;
  /** All of the request had been given to that connection. */
  requestSentMs: number;
  /** The response's head had come. */
  firstByteMs: number;
}

/** What there is to say at the end of an exchange, whatever it was. */
interface Ended {
  /** Milliseconds from the head of the request. */
  readonly durationMs: number;
  /** Of the bodies, or of what followed an upgrade. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly times?: Readonly<ExchangeTimes>;
  readonly close?: ClosedWith;
}

/** What happened to an exchange, in the order it happened. */
export type ExchangeFact = Numbered &
  (
    | {
        readonly type: 'opened';
        readonly kind: 'http' | 'upgrade';
        readonly opening: OpenHead['opening'];
        readonly method: string;
        readonly target: string;
        /** As the relay sent them; what the upstream got differs by hop-by-hop lines and Host. */
        readonly headers: HeaderLines;
        /** All of it as `encodeOpen` writes it, where that is at hand: for whoever only keeps it. */
        readonly text?: string | undefined;
      }
    | {
        readonly type: 'bodyChunk';
        readonly direction: 'request' | 'response';
        /** Only lent: copy what is to be kept. */
        readonly chunk: Uint8Array;
        /** A whole frame that the owner put in, by `sendMessage`; of neither end. */
        readonly isOwn?: true;
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
        /** All of it as `encodeResponse` writes it, where that is at hand. */
        readonly text?: string;
      }
    /** From here on the bytes are those of another protocol. */
    | { readonly type: 'upgraded' }
    /** Both directions ended. */
    | ({ readonly type: 'closed' } & Ended)
    | ({
        readonly type: 'failed';
        readonly code: SelliaErrorCode;
        readonly reason: string;
      } & Ended)
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
  /** Never changed in place: a telling goes on with those that it began with. */
  #subscribers: readonly FactSubscriber[] = [];
  readonly #onFault: (error: unknown) => void;
  #facts = 0;
  #exchanges = 0;

  /** `onFault` gets what subscribers throw. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Facts of exchanges that begin from now on. Returns what ends the subscription. */
  subscribe(subscriber: FactSubscriber): () => void {
    if (!this.#subscribers.includes(subscriber)) {
      this.#subscribers = [...this.#subscribers, subscriber];
    }
    return () => this.#drop(subscriber);
  }

  /** A tap for one exchange, or undefined when nobody listens. */
  tap(open: OpenHead, startedAt: number): ExchangeTap | undefined {
    if (!this.hasSubscribers) return undefined;
    return new ExchangeTap(this, ++this.#exchanges, open, startedAt);
  }

  /** What is no exchange's own to tell. */
  publish(exchange: number, body: FactBody): void {
    if (!this.hasSubscribers) return;
    const numbered = { fact: this.nextFact(), exchange, at: Date.now() };
    this.tell({ ...body, ...numbered } as ExchangeFact);
  }

  /** Number of the fact that is told next. */
  nextFact(): number {
    return ++this.#facts;
  }

  /** The same object to all: made in one piece, because each request tells several. */
  tell(fact: ExchangeFact): void {
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(fact);
      } catch (error) {
        this.#drop(subscriber);
        this.#onFault(error);
      }
    }
  }

  #drop(subscriber: FactSubscriber): void {
    this.#subscribers = this.#subscribers.filter((one) => one !== subscriber);
  }
}

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
