import type { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import type { TunnelReady } from '@sellia/protocol';
import type { Clock, Timer } from '@sellia/session';
import { DeadlineQueue } from './deadline-queue.ts';
import { dialRelay } from './dial.ts';
import { SelliaError } from './errors.ts';
import { ExchangeFeed } from './exchange.ts';
import type { ForwardContext } from './forward.ts';
import type { ClientLimits } from './limits.ts';
import { Link } from './link.ts';
import { isFatal, reconnectDelay } from './reconnect.ts';
import type { HostChoice } from './request-head.ts';
import type { Tunnel, TunnelEvents, TunnelStatus } from './tunnel-status.ts';
import type { Upstream } from './upstream.ts';

export interface TunnelOptions {
  readonly server: string;
  readonly apiKey: string | undefined;
  readonly ca: string | Buffer | undefined;
  readonly name: string;
  readonly agent: string;
  readonly reports: boolean;
  readonly reconnect: boolean;
  readonly clock: Clock;
  readonly limits: ClientLimits;
  readonly host: HostChoice;
  /** Owned by the tunnel from here on. */
  readonly upstream: Upstream;
}

/**
 * Keeps one name public: one link at a time, replaced when it is lost or leaves. Name and lease
 * secret outlive links, so the address stays.
 *
 *     connecting -> public <-> reconnecting -> closed
 *                     \-> closing -> closed
 */
export class TunnelHandle implements Tunnel {
  readonly feed: ExchangeFeed = new ExchangeFeed();
  readonly closed: Promise<SelliaError | undefined>;
  readonly #options: TunnelOptions;
  readonly #context: ForwardContext;
  readonly #events = new EventEmitter();
  readonly #ending = new AbortController();
  #resolveClosed: (error: SelliaError | undefined) => void = () => {};
  #status: TunnelStatus = { state: 'connecting' };
  #name: string;
  #lease = '';
  #url = '';
  #link: Link | undefined;
  /** Links that only finish what they have. */
  readonly #leaving = new Set<Link>();
  #attempts = 0;
  /** The search for a new link that runs; a public link ends it, whatever it still awaits. */
  #search: symbol | undefined;
  #wait: { readonly timer: Timer; readonly wake: () => void } | undefined;
  #stableTimer: Timer | undefined;

  constructor(options: TunnelOptions) {
    const { clock, limits, host, upstream } = options;
    this.#options = options;
    this.#name = options.name;
    this.#context = {
      clock,
      host,
      upstream,
      heads: new DeadlineQueue(clock, limits.headTimeoutMs),
    };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get url(): string {
    return this.#url;
  }

  get name(): string {
    return this.#name;
  }

  get status(): TunnelStatus {
    return this.#status;
  }

  get roundTrip(): number {
    return this.#link?.roundTrip ?? 0;
  }

  stats(): { streams: number; sockets: number } {
    let streams = this.#link?.streamCount ?? 0;
    for (const link of this.#leaving) streams += link.streamCount;
    return { streams, sockets: this.#options.upstream.sockets };
  }

  on<Name extends keyof TunnelEvents>(
    name: Name,
    listener: (...values: TunnelEvents[Name]) => void,
  ): this {
    this.#events.on(name, listener);
    return this;
  }

  /** A defect that showed outside of a link. */
  report(error: unknown): void {
    this.#emit('fault', error);
  }

  /** The first attempt. Rejects with SelliaError, and the tunnel is closed then. */
  async open(): Promise<void> {
    try {
      await this.#establish();
    } catch (error) {
      this.#end(error as SelliaError);
      throw error;
    }
  }

  async close(options: { drainMs?: number } = {}): Promise<void> {
    const drainMs = options.drainMs ?? this.#options.limits.drainMs;
    if (this.#status.state === 'closed') return;
    if (this.#status.state !== 'closing') {
      this.#setStatus({ state: 'closing' });
      this.#stopSeeking();
      this.#link?.release();
    }
    await Promise.all(this.#links().map((link) => drained(link, drainMs)));
    this.#end(undefined);
  }

  /** Dials and opens the tunnel; resolves when it is public. */
  async #establish(): Promise<void> {
    const { server, apiKey, ca, clock, limits, agent, reports } = this.#options;
    const { signal } = this.#ending;
    const timeoutMs = limits.dialTimeoutMs;
    const transport = await dialRelay({ server, apiKey, ca, clock, timeoutMs, signal });
    if (signal.aborted) {
      transport.terminate();
      throw aborted();
    }
    await new Promise<void>((resolve, reject) => {
      const link = new Link({
        transport,
        clock,
        limits,
        agent,
        reports,
        name: this.#name,
        lease: this.#lease,
        feed: this.feed,
        context: this.#context,
        handler: {
          onPublic: (link, ready) => {
            signal.removeEventListener('abort', giveUp);
            this.#linkOnPublic(link, ready);
            resolve();
          },
          onLost: (link, error) => {
            signal.removeEventListener('abort', giveUp);
            reject(error);
            this.#linkOnLost(link, error);
          },
          onGoingAway: (link) => this.#linkOnGoingAway(link),
          onFault: (error) => this.#emit('fault', error),
        },
      });
      const giveUp = () => {
        link.close();
        reject(aborted());
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #linkOnPublic(link: Link, ready: TunnelReady): void {
    const { clock, limits } = this.#options;
    const old = this.#link;
    // It may be lost again in this very turn, before the search has heard of its success.
    this.#search = undefined;
    this.#link = link;
    this.#name = ready.name;
    this.#lease = ready.lease;
    this.#url = ready.url;
    if (old !== undefined) this.#leave(old);
    this.#stableTimer?.cancel();
    this.#stableTimer = clock.after(limits.stableMs, () => {
      this.#attempts = 0;
    });
    this.#setStatus({ state: 'public' });
    this.#emit('ready', { url: this.#url, name: this.#name });
  }

  /** Its streams finish; the relay ends it when they take too long. */
  #leave(link: Link): void {
    this.#leaving.add(link);
    link.drain(Number.POSITIVE_INFINITY, () => {
      this.#leaving.delete(link);
      link.close();
    });
  }

  #linkOnGoingAway(link: Link): void {
    if (link !== this.#link || !this.#options.reconnect) return;
    this.#seek(new SelliaError('SELLIA_GOING_AWAY', 'The relay is leaving.'));
  }

  #linkOnLost(link: Link, error: SelliaError): void {
    this.#leaving.delete(link);
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#stableTimer?.cancel();
    if (this.#isEnding) return;
    if (!this.#options.reconnect || isFatal(error.code)) this.#end(error);
    else this.#seek(error);
  }

  /** Looks for a new link until there is one; a loss while it looks changes nothing. */
  #seek(cause: SelliaError): void {
    if (this.#search !== undefined) {
      if (this.#link === undefined) this.#tellReconnecting(cause, 0);
      return;
    }
    const search = Symbol('search');
    this.#search = search;
    const settle = () => {
      if (this.#search === search) this.#search = undefined;
    };
    this.#seekOn(cause).then(settle, (error: SelliaError) => {
      settle();
      if (!this.#isEnding) this.#end(error);
    });
  }

  async #seekOn(cause: SelliaError): Promise<void> {
    const { limits } = this.#options;
    const backoff = { baseMs: limits.reconnectBaseMs, capMs: limits.reconnectCapMs };
    let error = cause;
    while (!this.#isEnding) {
      const delayMs = reconnectDelay(this.#attempts, backoff, Math.random());
      this.#attempts++;
      if (this.#link === undefined) this.#tellReconnecting(error, delayMs);
      await this.#sleep(delayMs);
      if (this.#isEnding) return;
      try {
        await this.#establish();
        return;
      } catch (failure) {
        if (!(failure instanceof SelliaError) || isFatal(failure.code)) throw failure;
        error = failure;
      }
    }
  }

  #tellReconnecting(error: SelliaError, delayMs: number): void {
    this.#setStatus({ state: 'reconnecting', error, attempt: this.#attempts, delayMs });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wait = undefined;
        resolve();
      };
      this.#wait = { timer: this.#options.clock.after(ms, wake), wake };
    });
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #stopSeeking(): void {
    this.#ending.abort();
    this.#wait?.timer.cancel();
    this.#wait?.wake();
  }

  #links(): Link[] {
    return this.#link === undefined ? [...this.#leaving] : [this.#link, ...this.#leaving];
  }

  /** A listener that throws is its owner's defect: it surfaces, and the tunnel goes on. */
  #emit<Name extends keyof TunnelEvents>(name: Name, ...values: TunnelEvents[Name]): void {
    try {
      this.#events.emit(name, ...values);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #setStatus(status: TunnelStatus): void {
    this.#status = status;
    this.#emit('status', status);
  }

  #end(error: SelliaError | undefined): void {
    if (this.#status.state === 'closed') return;
    this.#stopSeeking();
    for (const link of this.#links()) link.close();
    this.#link = undefined;
    this.#leaving.clear();
    this.#stableTimer?.cancel();
    this.#context.heads.close();
    this.#options.upstream.close();
    this.#setStatus(error === undefined ? { state: 'closed' } : { state: 'closed', error });
    this.#emit('closed', error);
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
