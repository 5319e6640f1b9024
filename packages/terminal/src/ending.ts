/**
 * A wrapper such as a package manager may pass on the Ctrl-C that the terminal has sent to both:
 * the same signal again within this time is the same keypress.
 */
const SAME_KEYPRESS_MS = 100;

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Where signals come from: the process. */
interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
}

/**
 * How a program is asked to end: the first signal asks for an end in order, the second for one at
 * once.
 */
export class Ending {
  readonly #asked = new AbortController();
  readonly #wasAsked = Promise.withResolvers<void>();
  readonly #forced = Promise.withResolvers<void>();
  readonly #now: () => number;
  #first: { signal: Signal; at: number } | undefined;

  /** `now` in milliseconds, monotonic. */
  constructor(source: SignalSource, now = (): number => performance.now()) {
    this.#now = now;
    this.asked.addEventListener('abort', () => this.#wasAsked.resolve(), { once: true });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      source.on(signal, () => this.#onSignal(signal));
    }
  }

  /** Aborted by the first request to end. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** Settles on the first request to end. */
  get wasAsked(): Promise<void> {
    return this.#wasAsked.promise;
  }

  /** Settles on the second signal. */
  get forced(): Promise<void> {
    return this.#forced.promise;
  }

  /** As the first signal would; asking again changes nothing. */
  ask(): void {
    this.#asked.abort();
  }

  #onSignal(signal: Signal): void {
    const at = this.#now();
    if (this.#asked.signal.aborted && !this.#isSameKeypress(signal, at)) this.#forced.resolve();
    this.#first ??= { signal, at };
    this.#asked.abort();
  }

  #isSameKeypress(signal: Signal, at: number): boolean {
    if (this.#first?.signal !== signal) return false;
    return at - this.#first.at < SAME_KEYPRESS_MS;
  }
}
