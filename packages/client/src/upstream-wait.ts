import type { Clock, Timer } from '@sellia/session';
import type { Http1Exchange, WaitingPlace } from './http1-exchange.ts';
import { failureOf } from './upstream-failure.ts';

export interface UpstreamWaitOptions {
  readonly clock: Clock;
  /** How long a request waits from its first refusal; 0: not at all. */
  readonly waitUpstreamMs: number;
  readonly upstreamWaits: number;
  readonly upstreamRetryMs: number;
  readonly upstreamRetryCapMs: number;
}

interface Waiting {
  /** Of its patience. */
  readonly timer: Timer;
  /** What it fails with then. */
  readonly error: unknown;
}

/**
 * Requests that were refused a connection, as by a dev server that restarts. One dial at a time asks
 * for all of them whether the upstream is back; then they go on, in their order, as if they had just
 * come. Their bodies wait where they are, within their streams' windows.
 */
export class UpstreamWait implements WaitingPlace {
  readonly #options: UpstreamWaitOptions;
  readonly #dial: (ended: () => void) => void;
  readonly #goOn: (exchange: Http1Exchange) => void;
  readonly #waiting = new Map<Http1Exchange, Waiting>();
  #timer: Timer | undefined;
  #isDialing = false;
  #retryMs: number;

  /** `dial` tries the upstream once, and says when that has ended. `goOn` finds a connection. */
  constructor(
    options: UpstreamWaitOptions,
    dial: (ended: () => void) => void,
    goOn: (exchange: Http1Exchange) => void,
  ) {
    this.#options = options;
    this.#dial = dial;
    this.#goOn = goOn;
    this.#retryMs = options.upstreamRetryMs;
  }

  /** Keeps an exchange whose dial has failed. False: it fails, being out of time, or not refused. */
  hold(exchange: Http1Exchange, error: unknown): boolean {
    const { clock, upstreamWaits, waitUpstreamMs } = this.#options;
    if (waitUpstreamMs === 0 || exchange.isOver || !isRefusal(error)) return false;
    const now = clock.now();
    exchange.waitsUntil ??= now + waitUpstreamMs;
    if (exchange.waitsUntil <= now || this.#waiting.size >= upstreamWaits) return false;
    exchange.moveTo(this);
    const timer = clock.after(exchange.waitsUntil - now, () => this.#giveUp(exchange));
    this.#waiting.set(exchange, { timer, error });
    this.#askLater();
    return true;
  }

  delete(exchange: Http1Exchange): void {
    this.#waiting.get(exchange)?.timer.cancel();
    if (this.#waiting.delete(exchange) && this.#waiting.size === 0) this.#rest();
  }

  /** A dial has ended, whosever it was; `error` is null when it was accepted. */
  dialed(error: unknown): void {
    if (this.#waiting.size === 0) return;
    if (error !== null && isRefusal(error)) {
      this.#askLater();
      return;
    }
    // Whatever else is wrong, each of them finds out by itself.
    const waiting = [...this.#waiting.keys()];
    this.close();
    for (const exchange of waiting) this.#goOn(exchange);
  }

  /** Ends all waits without a word. */
  close(): void {
    for (const { timer } of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    this.#rest();
  }

  #askLater(): void {
    if (this.#isDialing) return;
    this.#timer ??= this.#options.clock.after(this.#retryMs, this.#ask);
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#retryMs = this.#options.upstreamRetryMs;
  }

  #giveUp(exchange: Http1Exchange): void {
    const waiting = this.#waiting.get(exchange);
    this.delete(exchange);
    exchange.fail(waiting?.error, false);
  }

  readonly #ask = (): void => {
    this.#timer = undefined;
    this.#retryMs = Math.min(2 * this.#retryMs, this.#options.upstreamRetryCapMs);
    this.#isDialing = true;
    this.#dial(() => {
      this.#isDialing = false;
    });
  };
}

function isRefusal(error: unknown): boolean {
  return failureOf(error, false).code === 'SELLIA_UPSTREAM_REFUSED';
}
