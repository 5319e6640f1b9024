import type { ExchangeFact, FactSubscriber } from '@sellia/client';
import type { ShownTunnel } from '@sellia/inspector';

type Given = 'fact' | 'exchange' | 'at' | 'requestBytes' | 'responseBytes';
type Facts<Fact> = Fact extends ExchangeFact ? Omit<Fact, Given> : never;
type FactBody = Facts<ExchangeFact>;

export interface RowOptions {
  readonly method?: string;
  readonly status?: number;
  readonly type?: string;
  readonly bytes?: number;
  readonly durationMs?: number;
}

/** A tunnel that tells what a test says: as many exchanges as no relay makes cheaply. */
export class RowFeed {
  readonly name: string;
  readonly #subscribers = new Set<FactSubscriber>();
  #facts = 0;
  #exchanges = 0;

  constructor(name = 'stub') {
    this.name = name;
  }

  /** For an inspector's `show`. */
  get tunnel(): ShownTunnel {
    return {
      name: this.name,
      url: `https://${this.name}.example.com`,
      target: 'localhost:3000',
      status: { state: 'public' },
      roundTrip: 3,
      stats: () => ({ streams: 0, sockets: 0 }),
      replay: () => 0,
      sendMessage: () => {},
      waitingBytes: () => undefined,
      feed: {
        subscribe: (subscriber) => {
          this.#subscribers.add(subscriber);
          return () => void this.#subscribers.delete(subscriber);
        },
      },
    };
  }

  /** Begins one; its number. */
  open(target: string, kind: 'http' | 'upgrade' = 'http', method = 'GET'): number {
    const exchange = ++this.#exchanges;
    const opening = { ...OPENING, kind };
    const upgrade = kind === 'upgrade' ? UPGRADE : [];
    const headers = ['Host', `${this.name}.example.com`, ...upgrade];
    this.tell(exchange, { type: 'opened', kind, opening, method, target, headers });
    return exchange;
  }

  answer(exchange: number, status: number, type = 'application/json'): void {
    const headers = ['Content-Type', type];
    this.tell(exchange, { type: 'responseHead', status, reason: '', headers });
  }

  close(exchange: number, durationMs = 12): void {
    this.tell(exchange, { type: 'closed', durationMs });
  }

  /** A whole one. */
  exchange(target: string, options: RowOptions = {}): number {
    const { method = 'GET', status = 200, type, bytes = 0, durationMs } = options;
    const exchange = this.open(target, 'http', method);
    this.answer(exchange, status, type);
    if (bytes > 0) {
      const chunk = new Uint8Array(bytes);
      this.tell(exchange, { type: 'bodyChunk', direction: 'response', chunk });
    }
    this.close(exchange, durationMs);
    return exchange;
  }

  tell(exchange: number, body: FactBody): void {
    const at = Date.now();
    const sums = { requestBytes: 0, responseBytes: 0 };
    const fact = { ...sums, ...body, fact: ++this.#facts, exchange, at } as ExchangeFact;
    for (const subscriber of this.#subscribers) subscriber(fact);
  }
}

const OPENING = {
  tunnel: 1,
  visitorAddress: '192.0.2.7',
  visitorPort: 4711,
  scheme: 'https',
  tlsVersion: 'TLSv1.3',
  requestId: 'r1',
  hops: 0,
  receivedAt: 0,
  acceptsTrailers: false,
} as const;

const UPGRADE = ['Connection', 'Upgrade', 'Upgrade', 'websocket'];
