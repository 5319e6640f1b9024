import type { ApiFailure } from './api.ts';

/** What was read last; neither before the first answer. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: ApiFailure | undefined;
}

export const NOT_LOADED: Loaded<never> = { value: undefined, failure: undefined };

/** Milliseconds between the beginnings of two readings. */
const AGAIN_MS = 250;

/**
 * Reads something that changes: one reading at a time, the next one only when it may be another by
 * then, and never too often. Owner: whoever made it, by `close`.
 */
export class Reading<T> {
  readonly #read: (signal: AbortSignal) => Promise<T>;
  readonly #onLoaded: (loaded: Loaded<T>) => void;
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBusy = false;
  #isStale = false;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(read: (signal: AbortSignal) => Promise<T>, onLoaded: (loaded: Loaded<T>) => void) {
    this.#read = read;
    this.#onLoaded = onLoaded;
  }

  /** It may be another now. */
  changed(): void {
    this.#isStale = true;
    if (this.#isBusy || this.#timer !== undefined) return;
    const wait = this.#readAt + AGAIN_MS - performance.now();
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, wait));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isBusy = true;
    this.#isStale = false;
    this.#readAt = performance.now();
    const { signal } = this.#ended;
    const loaded = await this.#read(signal).then(
      (value): Loaded<T> => ({ value, failure: undefined }),
      (failure): Loaded<T> => ({ value: undefined, failure }),
    );
    this.#isBusy = false;
    if (signal.aborted) return;
    this.#onLoaded(loaded);
    if (this.#isStale) this.changed();
  }
}
