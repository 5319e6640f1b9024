import type { Buffer } from 'node:buffer';
import type { TunnelReady, Welcome } from '@sellia/protocol';
import type { Clock, Timer, Transport } from '@sellia/session';
import { DeadlineQueue } from './deadline-queue.ts';
import { controlUrl, dialRelay } from './dial.ts';
import { SelliaError } from './errors.ts';
import { ExchangeFeed } from './exchange-feed.ts';
import type { ForwardContext } from './forward.ts';
import { LeavingLinks } from './leaving-links.ts';
import type { ClientLimits } from './limits.ts';
import { Link, type LinkHandler } from './link.ts';
import { networkAddresses } from './network-addresses.ts';
import { OpenSockets, type WaitingBytes } from './open-sockets.ts';
import type { OwnMessage } from './own-message.ts';
import { Reattachment, type Renewal } from './reattachment.ts';
import { isBusy, isFatal } from './reconnect.ts';
import { Redial } from './redial.ts';
import type { Replay } from './replay.ts';
import { Replayer } from './replayer.ts';
import type { HostChoice } from './request-head.ts';
import { type Listener, TunnelEmitter } from './tunnel-emitter.ts';
import type { Tunnel, TunnelEvents, TunnelLink, TunnelStatus } from './tunnel-status.ts';
import type { Upstream } from './upstream.ts';
import { WakeWatch } from './wake-watch.ts';

export interface TunnelOptions {
  readonly server: string;
  readonly apiKey: string | undefined;
  readonly ca: string | Buffer | undefined;
  readonly name: string;
  /** Secret of an earlier lease of that name; empty without. */
  readonly lease: string;
  readonly pool: boolean;
  readonly agent: string;
  readonly reports: boolean;
  readonly reconnect: boolean;
  readonly clock: Clock;
  readonly limits: ClientLimits;
  readonly host: HostChoice;
  /** Owned by the tunnel from here on. */
  readonly upstream: Upstream;
}

/** After a wake-up or on another network a relay that is there answers within this, in ms. */
const PROBE_MS = 2_000;

/**
 * Keeps one name public: one link at a time, which goes on over another control socket when it has
 * lost its own, and is replaced when it cannot, or leaves. Name and lease secret outlive links, so
 * the address stays.
 *
 *     connecting -> public <-> reconnecting -> closed
 *                     \-> closing -> closed
 */
export class TunnelHandle implements Tunnel {
  readonly feed: ExchangeFeed = new ExchangeFeed((error) => this.report(error));
  readonly closed: Promise<SelliaError | undefined>;
  readonly #options: TunnelOptions;
  readonly #context: ForwardContext;
  readonly #events = new TunnelEmitter();
  readonly #ending = new AbortController();
  #resolveClosed: (error: SelliaError | undefined) => void = () => {};
  /** Settles when the tunnel is public for the first time. */
  readonly #opened = Promise.withResolvers<void>();
  #status: TunnelStatus = { state: 'connecting' };
  #name: string;
  #lease: string;
  #url = '';
  #link: Link | undefined;
  #about: TunnelLink | undefined;
  readonly #leaving = new LeavingLinks();
  readonly #redial: Redial;
  #replayer: Replayer | undefined;
  readonly #watch: WakeWatch;
  #reattachment: Reattachment | undefined;
  #stableTimer: Timer | undefined;

  constructor(options: TunnelOptions) {
    const { clock, limits, host, upstream } = options;
    this.#options = options;
    this.#name = options.name;
    this.#lease = options.lease;
    this.#context = {
      clock,
      host,
      upstream,
      heads: new DeadlineQueue(clock, limits.headTimeoutMs),
      sockets: new OpenSockets(),
      onFault: (error) => this.report(error),
    };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#redial = new Redial({
      clock,
      backoff: { baseMs: limits.reconnectBaseMs, capMs: limits.reconnectCapMs },
      establish: (signal) => this.#establish(AbortSignal.any([signal, this.#ending.signal])),
      isFatal: ({ code }) => isFatal(code, this.#url !== ''),
      onWaiting: (error, attempt, delayMs) => this.#redialOnWaiting(error, attempt, delayMs),
      onGivenUp: (error) => this.#end(error),
    });
    this.#watch = new WakeWatch({
      clock,
      wallClock: Date.now,
      addresses: networkAddresses,
      onWake: () => this.#watchOnWake(),
    });
  }

  get url(): string {
    return this.#url;
  }

  get name(): string {
    return this.#name;
  }

  get lease(): string {
    return this.#lease;
  }

  get status(): TunnelStatus {
    return this.#status;
  }

  get link(): TunnelLink | undefined {
    return this.#about;
  }

  get roundTrip(): number {
    return this.#link?.roundTrip ?? 0;
  }

  stats(): { streams: number; sockets: number } {
    const streams = (this.#link?.streamCount ?? 0) + this.#leaving.streamCount;
    return { streams, sockets: this.#options.upstream.sockets };
  }

  on<Name extends keyof TunnelEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener);
    return this;
  }

  off<Name extends keyof TunnelEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener);
    return this;
  }

  /** A defect that showed outside of a link. */
  report(error: unknown): void {
    this.#events.emit('fault', error);
  }

  /**
   * The first attempt, and further ones only when the relay has answered that it is busy. Rejects
   * with SelliaError, and the tunnel is closed then.
   */
  async open(): Promise<void> {
    try {
      await this.#establish(this.#ending.signal);
    } catch (error) {
      await this.#openLater(error as SelliaError);
    }
  }

  async #openLater(error: SelliaError): Promise<void> {
    if (!this.#options.reconnect || !isBusy(error.code)) {
      this.#end(error);
      throw error;
    }
    this.#redial.start(error);
    await Promise.race([this.#opened.promise, this.closed]);
    if (this.#url === '') throw (await this.closed) ?? aborted();
  }

  async close(options: { drainMs?: number } = {}): Promise<void> {
    const drainMs = options.drainMs ?? this.#options.limits.drainMs;
    if (this.#status.state === 'closed') return;
    if (this.#status.state !== 'closing') {
      this.#setStatus({ state: 'closing' });
      this.#ending.abort();
      this.#redial.stop();
      this.#link?.release();
    }
    await Promise.all(this.#links().map((link) => drained(link, drainMs)));
    this.#end(undefined);
  }

  replay(replay: Replay): number {
    const { state } = this.#status;
    if (state === 'closing' || state === 'closed') {
      throw new SelliaError('SELLIA_TUNNEL_CLOSED', 'The tunnel is closed.');
    }
    this.#replayer ??= new Replayer(this.feed, this.#context);
    return this.#replayer.send(replay);
  }

  sendMessage(exchange: number, message: OwnMessage): void {
    this.#context.sockets.send(exchange, message);
  }

  waitingBytes(exchange: number): WaitingBytes | undefined {
    return this.#context.sockets.waiting(exchange);
  }

  /** Dials, and opens the tunnel or goes on with the link; resolves when it is public. */
  async #establish(signal: AbortSignal): Promise<void> {
    const { server, apiKey, ca, clock, limits } = this.#options;
    const timeoutMs = limits.dialTimeoutMs;
    const transport = await dialRelay({ server, apiKey, ca, clock, timeoutMs, signal });
    if (signal.aborted) {
      transport.terminate();
      throw aborted();
    }
    const link = this.#link;
    if (link?.isAway !== true) {
      await this.#begin(transport, undefined, signal);
      return;
    }
    const renewal = await this.#reattach(link, transport, signal);
    if (renewal !== undefined) await this.#begin(renewal.transport, renewal.welcome, signal);
  }

  async #reattach(
    link: Link,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<Renewal | undefined> {
    const reattachment = new Reattachment();
    this.#reattachment = reattachment;
    try {
      return await reattachment.run(link, transport, signal, aborted);
    } finally {
      this.#reattachment = undefined;
    }
  }

  #begin(transport: Transport, welcome: Welcome | undefined, signal: AbortSignal): Promise<void> {
    const { clock, limits, agent, reports, pool } = this.#options;
    return new Promise<void>((resolve, reject) => {
      const settled = () => signal.removeEventListener('abort', giveUp);
      const link = new Link({
        transport,
        welcome,
        clock,
        limits,
        agent,
        reports,
        pool,
        name: this.#name,
        lease: this.#lease,
        feed: this.feed,
        context: this.#context,
        handler: {
          ...this.#linkHandler,
          onPublic: (opened, ready) => {
            settled();
            this.#linkOnPublic(opened, ready);
            resolve();
          },
          onLost: (lost, error) => {
            settled();
            reject(error);
            this.#linkOnLost(lost, error);
          },
        },
      });
      const giveUp = () => {
        link.close();
        reject(aborted());
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  get #linkHandler(): Omit<LinkHandler, 'onPublic' | 'onLost'> {
    return {
      onAway: (link, error) => this.#linkOnAway(link, error),
      onBack: (link) => this.#linkOnBack(link),
      onRenewed: (_link, transport, welcome) => this.#reattachment?.resolve({ transport, welcome }),
      onGoingAway: (link) => this.#linkOnGoingAway(link),
      onFault: (error) => this.#events.emit('fault', error),
    };
  }

  #linkOnPublic(link: Link, ready: TunnelReady): void {
    const old = this.#link;
    // It may be lost again in this very turn, before the search has heard of its success.
    this.#redial.found();
    this.#link = link;
    this.#name = ready.name;
    this.#lease = ready.lease;
    this.#url = ready.url;
    if (old !== undefined) this.#leaving.add(old);
    this.#isUp(link);
    this.#opened.resolve();
    this.#events.emit('ready', { url: this.#url, name: this.#name });
  }

  #isUp({ terms }: Link): void {
    const { clock, limits, server } = this.#options;
    const { host } = new URL(controlUrl(server));
    if (terms !== undefined) this.#about = { ...terms, relay: host, connectedAt: Date.now() };
    this.#stableTimer?.cancel();
    this.#stableTimer = clock.after(limits.stableMs, () => this.#redial.settled());
    this.#setStatus({ state: 'public' });
  }

  #linkOnAway(link: Link, error: SelliaError): void {
    if (link !== this.#link) return;
    this.#stableTimer?.cancel();
    this.#reattachment?.reject(error);
    if (this.#options.reconnect) this.#redial.start(error);
    else this.#end(error);
  }

  #linkOnBack(link: Link): void {
    if (link !== this.#link) return;
    this.#redial.found();
    this.#reattachment?.resolve(undefined);
    this.#isUp(link);
  }

  #linkOnGoingAway(link: Link): void {
    if (link !== this.#link || !this.#options.reconnect) return;
    this.#redial.start(new SelliaError('SELLIA_GOING_AWAY', 'The relay is leaving.'));
  }

  #linkOnLost(link: Link, error: SelliaError): void {
    this.#leaving.delete(link);
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#reattachment?.reject(error);
    this.#stableTimer?.cancel();
    if (this.#isEnding) return;
    if (!this.#options.reconnect || isFatal(error.code, this.#url !== '')) this.#end(error);
    else this.#redial.start(error);
  }

  /** A link that only leaves is still public: nothing to tell. */
  #redialOnWaiting(error: SelliaError, attempt: number, delayMs: number): void {
    if (this.#link !== undefined && !this.#link.isAway) return;
    if (this.#url !== '') this.#setStatus({ state: 'reconnecting', error, attempt, delayMs });
    else this.#setStatus({ state: 'connecting', error, attempt: attempt + 1, delayMs });
  }

  /** What was good before may be dead: try at once, and find out. */
  #watchOnWake(): void {
    this.#redial.wake();
    for (const link of this.#links()) link.probe(PROBE_MS);
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #links(): Link[] {
    return this.#link === undefined ? [...this.#leaving] : [this.#link, ...this.#leaving];
  }

  #setStatus(status: TunnelStatus): void {
    this.#status = status;
    this.#events.emit('status', status);
  }

  #end(error: SelliaError | undefined): void {
    if (this.#status.state === 'closed') return;
    this.#ending.abort();
    this.#redial.stop();
    this.#watch.stop();
    for (const link of this.#links()) link.close();
    this.#replayer?.close();
    this.#link = undefined;
    this.#leaving.clear();
    this.#stableTimer?.cancel();
    this.#context.heads.close();
    this.#options.upstream.close();
    this.#setStatus(error === undefined ? { state: 'closed' } : { state: 'closed', error });
    this.#events.emit('closed', error);
    this.#resolveClosed(error);
  }
}

function drained(link: Link, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    link.drain(drainMs, resolve);
  });
}

function aborted(): SelliaError {
  return new SelliaError('SELLIA_ABORTED', 'The tunnel was closed before it was public.');
}
