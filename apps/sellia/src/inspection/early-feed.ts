import type { ExchangeFact, ExchangeFeed, FactSubscriber } from '@sellia/client';

/** Facts kept, and bytes of their bodies: what may come while a program loads a few files. */
const FACTS_MAX = 10_000;
const BYTES_MAX = 8 * 1024 * 1024;

/**
 * The feed of a tunnel from its first exchange on, for subscribers that are ready a little later:
 * visitors may have waited for the tunnel. Past a bound the exchanges of that time are left out.
 */
export class EarlyFeed {
  readonly #feed: ExchangeFeed;
  readonly #end: () => void;
  #facts: ExchangeFact[] = [];
  #bytes = 0;
  #isFull = false;

  constructor(feed: ExchangeFeed) {
    this.#feed = feed;
    this.#end = feed.subscribe((fact) => this.#keep(fact));
  }

  /** Told at once of what has been, and of the rest as it comes. Returns what ends it. */
  readonly subscribe = (subscriber: FactSubscriber): (() => void) => {
    for (const fact of this.#facts) subscriber(fact);
    return this.#feed.subscribe(subscriber);
  };

  /** All have subscribed who will. */
  release(): void {
    this.#end();
    this.#facts = [];
  }

  #keep(fact: ExchangeFact): void {
    if (this.#isFull) return;
    this.#facts.push(owned(fact));
    if (fact.type === 'bodyChunk') this.#bytes += fact.chunk.length;
    this.#isFull = this.#facts.length > FACTS_MAX || this.#bytes > BYTES_MAX;
    if (this.#isFull) this.#facts = [];
  }
}

/** Chunks are only lent. */
function owned(fact: ExchangeFact): ExchangeFact {
  return fact.type === 'bodyChunk' ? { ...fact, chunk: Uint8Array.from(fact.chunk) } : fact;
}
