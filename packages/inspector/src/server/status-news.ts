import type { LiveStatus } from '../exchange/live.ts';
import type { Status } from './api/spoken.ts';

/** What may have changed, and how it is then. */
export interface StatusSource {
  read(): Status;
  /** Another text when what `read` tells is another. */
  changes(): string;
}

/** A text that is younger than this is told again to another page. */
const FRESH_MS = 1_000;

/**
 * The status for all pages: at once when a tunnel is in another state, and else once a second if a
 * figure has changed. Its text is made when the first page asks, and once for all.
 */
export class StatusNews {
  readonly #source: StatusSource;
  #changes = '';
  #version = 1;
  #told = 0;
  #toldAt = 0;
  #text = '';

  constructor(source: StatusSource) {
    this.#source = source;
  }

  /** Rises with what is new. */
  get version(): number {
    return this.#version;
  }

  /** A `LiveStatus` as JSON. */
  get text(): string {
    const now = performance.now();
    if (this.#told === this.#version && now - this.#toldAt < FRESH_MS) return this.#text;
    const status: LiveStatus = { type: 'status', ...this.#source.read() };
    this.#text = JSON.stringify(status);
    this.#told = this.#version;
    this.#toldAt = now;
    return this.#text;
  }

  /** A tunnel is in another state. */
  stateChanged(): void {
    this.#version++;
  }

  /** Once a second. */
  look(): void {
    const changes = this.#source.changes();
    if (changes === this.#changes) return;
    this.#changes = changes;
    this.#version++;
  }
}
