import type { ExchangeFact, FactSubscriber, TunnelStatus } from '@sellia/client';
import type {
  Outage,
  RoundTripFacts,
  TrafficFigures,
  TrafficSeconds,
  UpstreamHealth,
} from '../../exchange/tunnel-facts.ts';
import type { FeedSource } from '../exchange-store.ts';
import { ClockDifference } from './clock-difference.ts';
import { OutageLog } from './outage-log.ts';
import { RequestFigures } from './request-figures.ts';
import { RoundTripLog } from './round-trip-log.ts';
import { UpstreamWatch } from './upstream-watch.ts';

/** A tunnel as far as its log goes. */
export interface LoggedTunnel {
  readonly name: string;
  readonly status: TunnelStatus;
  /** Milliseconds; 0 while unknown. */
  readonly roundTrip: number;
  /** Unix milliseconds. */
  readonly link?: { readonly connectedAt: number } | undefined;
  readonly feed: { subscribe(subscriber: FactSubscriber): () => void };
  on?(name: 'status', listener: (status: TunnelStatus) => void): unknown;
  off?(name: 'status', listener: (status: TunnelStatus) => void): unknown;
}

/** What the log of a tunnel tells; times of day are Unix milliseconds. */
export interface TunnelLogFacts {
  /** Since when it is in its state. */
  readonly since: number;
  /** When the next attempt to connect begins; 0 without one. */
  readonly nextTryAt: number;
  readonly outages: readonly Outage[];
  readonly outageCount: number;
  readonly roundTrips: RoundTripFacts;
  readonly minute: TrafficFigures;
  readonly quarter: TrafficFigures;
  readonly seconds: TrafficSeconds;
  /** Exchanges that run, and those of them that were upgraded. */
  readonly running: number;
  readonly upgraded: number;
  readonly upstream: UpstreamHealth;
}

/**
 * What became of one tunnel since it is shown, in bounded memory (80 KB). Owner: the inspector, which
 * asks for a sample each second, and ends it by `close`.
 */
export class TunnelLog implements FeedSource {
  readonly #tunnel: LoggedTunnel;
  readonly #now: () => number;
  readonly #onState: () => void;
  readonly #outages = new OutageLog();
  readonly #trips = new RoundTripLog();
  readonly #upstream = new UpstreamWatch();
  readonly #clocks = new ClockDifference();
  readonly #figures: RequestFigures;
  #status: TunnelStatus | undefined;
  #since: number;
  #nextTryAt = 0;

  /** `onState`: the tunnel is in another state now. `now`: Unix milliseconds. */
  constructor(tunnel: LoggedTunnel, onState: () => void, now: () => number = Date.now) {
    this.#tunnel = tunnel;
    this.#now = now;
    this.#onState = onState;
    this.#since = now();
    this.#figures = new RequestFigures(this.#since);
    tunnel.on?.('status', this.#tunnelOnStatus);
    this.#tunnelOnStatus(tunnel.status);
    // It was there before somebody looked.
    if (tunnel.status.state === 'public') this.#since = tunnel.link?.connectedAt ?? this.#since;
  }

  get name(): string {
    return this.#tunnel.name;
  }

  /** The tunnel's own, which the log reads along with its one subscriber. */
  readonly feed: FeedSource['feed'] = {
    subscribe: (subscriber) =>
      this.#tunnel.feed.subscribe((fact) => {
        this.#tell(fact);
        subscriber(fact);
      }),
  };

  /** The client's clock against the relay's in milliseconds; undefined while unknown. */
  get clockDifferenceMs(): number | undefined {
    return this.#clocks.read(this.#trips.least);
  }

  /** Another number when what `read` tells may be another than a second ago. */
  get changes(): string {
    const quietSeconds = Math.floor((this.#now() - this.#figures.lastAt) / 1000);
    return `${this.#figures.lastAt} ${this.#tunnel.roundTrip} ${Math.min(60, quietSeconds)}`;
  }

  /** Once a second. */
  sample(): void {
    const { status, roundTrip } = this.#tunnel;
    if (status !== this.#status) this.#tunnelOnStatus(status);
    this.#trips.sample(status.state === 'public' ? roundTrip : 0);
  }

  read(): TunnelLogFacts {
    const now = this.#now();
    const { status, roundTrip } = this.#tunnel;
    return {
      since: this.#since,
      nextTryAt: this.#nextTryAt,
      outages: this.#outages.read(),
      outageCount: this.#outages.count,
      roundTrips: this.#trips.read(status.state === 'public' ? roundTrip : 0),
      minute: this.#figures.read(1, now),
      quarter: this.#figures.read(15, now),
      seconds: this.#figures.seconds(now),
      running: this.#figures.running,
      upgraded: this.#figures.upgraded,
      upstream: this.#upstream.read(),
    };
  }

  close(): void {
    this.#tunnel.off?.('status', this.#tunnelOnStatus);
  }

  readonly #tunnelOnStatus = (status: TunnelStatus): void => {
    const now = this.#now();
    if (status.state !== this.#status?.state) this.#since = now;
    this.#status = status;
    this.#nextTryAt = 'delayMs' in status ? now + status.delayMs : 0;
    this.#outages.tell(status, now);
    this.#onState();
  };

  #tell(fact: ExchangeFact): void {
    this.#figures.tell(fact);
    switch (fact.type) {
      case 'opened':
        this.#opened(fact);
        break;
      case 'responseHead':
        this.#upstream.answered(fact.at);
        break;
      case 'failed':
        this.#upstream.failed(fact);
        break;
    }
  }

  /** A replay was never at the relay. */
  #opened({ opening, at }: Extract<ExchangeFact, { type: 'opened' }>): void {
    if (opening.visitorAddress !== '') this.#clocks.add(opening.receivedAt, at);
  }
}
