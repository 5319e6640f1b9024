import type { ExchangeFact, FactSubscriber } from '@sellia/client';

type Body = ExchangeFact extends infer Fact
  ? Fact extends ExchangeFact
    ? Omit<Fact, 'fact' | 'exchange' | 'at' | 'requestBytes' | 'responseBytes'>
    : never
  : never;

const OPENING = {
  tunnel: 1,
  visitorAddress: '192.0.2.7',
  visitorPort: 4711,
  scheme: 'https',
  tlsVersion: 'TLSv1.3',
  requestId: 'r1',
  hops: 0,
  receivedAt: 995,
  acceptsTrailers: false,
} as const;

/** A tunnel that tells what a test says. */
export class FeedRig {
  readonly name: string;
  /** Unix time of the facts. */
  now = 1_000;
  readonly #subscribers = new Set<FactSubscriber>();
  #facts = 0;
  #exchanges = 0;

  constructor(name = 'one') {
    this.name = name;
  }

  readonly feed = {
    subscribe: (subscriber: FactSubscriber) => {
      this.#subscribers.add(subscriber);
      return () => void this.#subscribers.delete(subscriber);
    },
  };

  tell(exchange: number, body: Body): void {
    const sums = { requestBytes: 0, responseBytes: 0 };
    const fact = { ...sums, ...body, fact: ++this.#facts, exchange, at: this.now } as ExchangeFact;
    for (const subscriber of this.#subscribers) subscriber(fact);
  }

  /** Begins an exchange; its number. */
  open(
    target = '/',
    headers: string[] = ['Host', 'one.test'],
    kind: 'http' | 'upgrade' = 'http',
    { method = 'GET', ...opening }: { method?: string; visitorAddress?: string } = {},
  ): number {
    const exchange = ++this.#exchanges;
    const from = { ...OPENING, kind, ...opening };
    this.tell(exchange, { type: 'opened', kind, opening: from, method, target, headers });
    return exchange;
  }

  body(exchange: number, direction: 'request' | 'response', bytes: number | Uint8Array): void {
    const chunk = typeof bytes === 'number' ? new Uint8Array(bytes) : bytes;
    this.tell(exchange, { type: 'bodyChunk', direction, chunk });
  }

  answer(exchange: number, status = 200, headers: string[] = []): void {
    this.tell(exchange, { type: 'responseHead', status, reason: 'OK', headers });
  }

  close(exchange: number, durationMs = 5): void {
    this.tell(exchange, { type: 'closed', durationMs });
  }

  /** A whole one; its number. */
  exchange(target = '/', bytes: number | Uint8Array = 0): number {
    const exchange = this.open(target);
    this.answer(exchange);
    if (bytes !== 0) this.body(exchange, 'response', bytes);
    this.close(exchange);
    return exchange;
  }
}
