import type { ExchangeStore } from '../capture/exchange-store.ts';
import { TunnelLog } from '../capture/tunnel/tunnel-log.ts';
import { statusOf } from './api/status.ts';
import type { ShownTunnel } from './options.ts';
import { StatusNews } from './status-news.ts';

const SAMPLE_MS = 1_000;

/** The tunnels that are shown, each with its log. Owner: the inspector, by `close`. */
export class TunnelBoard {
  readonly news: StatusNews;
  readonly #store: ExchangeStore;
  readonly #logs = new Map<ShownTunnel, TunnelLog>();
  readonly #detachments: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;

  /** `version`: of the program. */
  constructor(store: ExchangeStore, version: string) {
    this.#store = store;
    const { tunnels, logOf } = this;
    this.news = new StatusNews({
      read: () => statusOf({ store, tunnels, logOf, version }),
      changes: () => this.#changes(),
    });
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    // Watching is no reason to go on running.
    this.#timer.unref();
  }

  readonly tunnels = (): readonly ShownTunnel[] => [...this.#logs.keys()];

  /** Of one of `tunnels`. */
  readonly logOf = (tunnel: ShownTunnel): TunnelLog => this.#logs.get(tunnel) as TunnelLog;

  /** Shows that tunnel from now on. */
  show(tunnel: ShownTunnel): void {
    const log = new TunnelLog(tunnel, () => this.news.stateChanged());
    this.#logs.set(tunnel, log);
    const detach = this.#store.attach(log);
    this.#detachments.push(detach, () => log.close());
  }

  close(): void {
    clearInterval(this.#timer);
    for (const detach of this.#detachments) detach();
  }

  #sample(): void {
    for (const log of this.#logs.values()) log.sample();
    this.news.look();
  }

  #changes(): string {
    const { version, isPaused } = this.#store;
    const parts = [version, isPaused];
    return [...parts, ...[...this.#logs.values()].map((log) => log.changes)].join(' ');
  }
}
