import type { Clock, Timer } from '@sellia/session';
import { SelliaError } from './errors.ts';
import { type Backoff, reconnectDelay } from './reconnect.ts';

export interface RedialParts {
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** One attempt. Rejects with SelliaError; `signal`: begin anew at once. */
  readonly establish: (signal: AbortSignal) => Promise<void>;
  readonly isFatal: (error: SelliaError) => boolean;
  /** The next attempt, number `attempt`, is `delayMs` away. */
  readonly onWaiting: (error: SelliaError, attempt: number, delayMs: number) => void;
  /** No attempt will be made any more. */
  readonly onGivenUp: (error: SelliaError) => void;
}

/** An attempt younger than this is left alone when the machine wakes up. */
const FRESH_MS = 500;

/** Looks for a link to the relay, without end, until one is found or the reason is fatal. */
export class Redial {
  readonly #parts: RedialParts;
  #search: symbol | undefined;
  #attempts = 0;
  /** When the link was lost; stays while links do not last. */
  #lostAt: number | undefined;
  #error: SelliaError | undefined;
  /** When the last attempt began; before the first one, the search. */
  #triedAt = 0;
  #wait: { readonly timer: Timer; readonly go: () => void } | undefined;
  #attempt: { readonly since: number; readonly controller: AbortController } | undefined;
  #isStopped = false;

  constructor(parts: RedialParts) {
    this.#parts = parts;
  }

  get isSeeking(): boolean {
    return this.#search !== undefined;
  }

  /** Begins to look, for the reason of `error`; does nothing while it looks already. */
  start(error: SelliaError): void {
    if (this.#isStopped || this.#search !== undefined) return;
    const search = Symbol('search');
    this.#search = search;
    this.#triedAt = this.#parts.clock.now();
    this.#lostAt ??= this.#triedAt;
    this.#seek(search, error).catch((failure: unknown) => {
      if (this.#search !== search) return;
      this.#search = undefined;
      if (!this.#isStopped) this.#parts.onGivenUp(asError(failure));
    });
  }

  /** There is a link: the search is over, whatever it still awaits. */
  found(): void {
    this.#search = undefined;
  }

  /** The link has lasted: the next loss is a new one. */
  settled(): void {
    this.#attempts = 0;
    this.#lostAt = undefined;
  }

  /**
   * The machine woke up or has another network: now is the time, an attempt under way is stale, and
   * the waits begin anew: at first there may be an address and no way yet, or no names.
   */
  wake(): void {
    if (this.#lostAt !== undefined) this.#lostAt = this.#parts.clock.now();
    const attempt = this.#attempt;
    if (attempt !== undefined && this.#parts.clock.now() - attempt.since >= FRESH_MS) {
      attempt.controller.abort();
    }
    this.#wait?.go();
  }

  stop(): void {
    this.#isStopped = true;
    this.#search = undefined;
    this.#attempt?.controller.abort();
    this.#wait?.go();
  }

  async #seek(search: symbol, cause: SelliaError): Promise<void> {
    const { onWaiting, isFatal } = this.#parts;
    this.#error = cause;
    while (this.#search === search) {
      const delay = this.#nextDelay(this.#error.retryAfterMs);
      this.#attempts++;
      onWaiting(this.#error, this.#attempts, delay);
      await this.#sleep(delay);
      if (this.#search !== search) return;
      try {
        await this.#establish();
        if (this.#search === search) this.#search = undefined;
        return;
      } catch (failure) {
        if (!(failure instanceof SelliaError) || isFatal(failure)) throw failure;
        this.#error = failure;
      }
    }
  }

  /**
   * An attempt that hung was a wait already, and what is drawn counts from its beginning: so that one
   * is under way when a relay that was stuck goes on. What the relay asked for counts from its answer.
   */
  #nextDelay(retryAfterMs: number): number {
    const { clock, backoff } = this.#parts;
    const now = clock.now();
    const delay = reconnectDelay(now - (this.#lostAt ?? now), backoff, Math.random(), retryAfterMs);
    return retryAfterMs > 0 ? delay : Math.max(0, delay - (now - this.#triedAt));
  }

  /** Aborted by a wake-up, it is made again without a wait. */
  async #establish(): Promise<void> {
    for (;;) {
      const controller = new AbortController();
      this.#triedAt = this.#parts.clock.now();
      this.#attempt = { since: this.#triedAt, controller };
      try {
        await this.#parts.establish(controller.signal);
        return;
      } catch (failure) {
        if (!controller.signal.aborted || this.#isStopped) throw failure;
      } finally {
        this.#attempt = undefined;
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.#wait?.timer.cancel();
        this.#wait = undefined;
        resolve();
      };
      this.#wait = { timer: this.#parts.clock.after(ms, go), go };
    });
  }
}

function asError(failure: unknown): SelliaError {
  if (failure instanceof SelliaError) return failure;
  return new SelliaError('SELLIA_INTERNAL', String(failure), '', { cause: failure });
}
