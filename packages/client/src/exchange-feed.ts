import type { OpenHead } from '@sellia/protocol';
import type { ExchangeFact, FactBody, FactSubscriber } from './exchange-fact.ts';
import { ExchangeTap } from './exchange-tap.ts';

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
