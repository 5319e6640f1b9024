import type { ExchangeFeed, Tunnel, TunnelStatus } from '@sellia/client';
import { durationText } from '@sellia/terminal';
import { nextAttemptEvent } from './next-attempt.ts';
import type { Output } from './output/output.ts';
import { Traffic } from './traffic.ts';

/** What is known of a tunnel beside itself. */
interface TunnelFacts {
  readonly target: string;
  readonly targetAnswers: boolean;
  readonly server: string;
  /** The inspector's page; null without. */
  readonly inspector: string | null;
}

interface WatchOptions {
  /** Nothing of single exchanges: the feed then costs nothing. */
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** Default the tunnel's own. */
  readonly feed?: Pick<ExchangeFeed, 'subscribe'>;
}

/** Tells the user of all that happens to a public tunnel. */
export class TunnelWatch {
  readonly #tunnel: Tunnel;
  readonly #facts: TunnelFacts;
  readonly #output: Output;
  readonly #traffic: Traffic;
  readonly #now: () => number;
  #url = '';
  #lostAt: number | undefined;
  /** Since the last session began: whether its successor goes on with its exchanges is open. */
  #wasLost = false;

  /** `now` in milliseconds, monotonic. */
  constructor(
    tunnel: Tunnel,
    facts: TunnelFacts,
    output: Output,
    options: WatchOptions,
    now = (): number => performance.now(),
  ) {
    this.#now = now;
    this.#tunnel = tunnel;
    this.#facts = facts;
    this.#output = output;
    this.#traffic = new Traffic((event) => output.tell(event));
    this.#tunnelOnReady();
    const { feed = tunnel.feed } = options;
    if (!options.isQuiet) feed.subscribe((fact) => this.#traffic.onFact(fact));
    tunnel.on('ready', () => {
      // A fresh session knows nothing of what has failed in the one before.
      if (this.#wasLost) this.#traffic.onLinkLost();
      this.#wasLost = false;
      this.#tunnelOnReady();
    });
    tunnel.on('status', (status) => this.#tunnelOnStatus(status));
    tunnel.on('fault', (error) => {
      output.warn('a request failed by a defect of this program; --verbose says where');
      if (options.isVerbose) output.trace(error);
    });
  }

  /** Tells what was still to be told. */
  end(): void {
    this.#traffic.onLinkLost();
    this.#output.tell({ event: 'status', status: 'closed', reason: '' });
  }

  #tunnelOnReady(): void {
    const { url, name } = this.#tunnel;
    if (url === this.#url) return;
    this.#url = url;
    this.#output.tell({ event: 'ready', tunnel: name, url, ...this.#facts });
  }

  #tunnelOnStatus(status: TunnelStatus): void {
    if (status.state === 'public') this.#tunnelOnBack();
    if (status.state !== 'reconnecting') return;
    this.#lostAt ??= this.#now();
    this.#wasLost = true;
    this.#output.tell(nextAttemptEvent(status));
  }

  #tunnelOnBack(): void {
    if (this.#lostAt === undefined) return;
    const awayMs = Math.round(this.#now() - this.#lostAt);
    this.#lostAt = undefined;
    const { url } = this.#tunnel;
    const again = `again after ${durationText(awayMs)}`;
    const reason = url === this.#url ? `${again}, still ${url}` : again;
    this.#output.tell({ event: 'status', status: 'connected', reason, awayMs });
  }
}
