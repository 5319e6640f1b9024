import type { ParsedFilter } from '@sellia/inspector/browser';
import { api } from '../api/api.ts';

/** Milliseconds between the beginnings of two questions. */
const ASK_MS = 750;
/** What an answer holds at most, and how many are asked for in a row. */
const ASKED_ROWS = 1_000;
const ASKED_PAGES = 40;

/**
 * Asks the server which exchanges a filter lets through that looks into headers or bodies: the page
 * does not have those. Owner: whoever made it, by `close`.
 */
export class ServerSearch {
  readonly #text: string;
  readonly #onFound: () => void;
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #isStale = false;
  /** Ids; undefined before the first answer. */
  #found: ReadonlySet<string> | undefined;

  constructor({ chips }: ParsedFilter, onFound: () => void) {
    // Of what was right in it.
    this.#text = chips.map(({ text }) => text).join(' ');
    this.#onFound = onFound;
    void this.#ask();
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  get hasAnswer(): boolean {
    return this.#found !== undefined;
  }

  holds(id: string): boolean {
    return this.#found?.has(id) ?? false;
  }

  /** It may be others now. */
  changed(): void {
    this.#isStale = true;
    if (this.#timer !== undefined || this.#isAsking) return;
    const wait = Math.max(0, this.#askedAt + ASK_MS - performance.now());
    this.#timer = setTimeout(() => void this.#ask(), wait);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ended.abort();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#isAsking = true;
    this.#isStale = false;
    this.#askedAt = performance.now();
    const found = await this.#findAll().catch(() => undefined);
    this.#isAsking = false;
    if (this.#ended.signal.aborted) return;
    this.#found = found ?? this.#found ?? new Set();
    this.#onFound();
    if (this.#isStale) this.changed();
  }

  async #findAll(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let before: number | undefined;
    for (let page = 0; page < ASKED_PAGES; page++) {
      const found = await api.find(this.#text, ASKED_ROWS, before, this.#ended.signal);
      for (const { id } of found.exchanges) ids.add(id);
      before = found.next;
      if (before === undefined) break;
    }
    return ids;
  }
}
