import { matches, type ParsedFilter, parseFilter } from '@sellia/inspector/browser';
import { api } from '../api/api.ts';
import type { ExchangeRow } from '../api/types.ts';
import type { Traffic, TrafficStore } from './traffic-store.ts';

/** What a list shows. A new one with every change. */
export interface View {
  /** What matches, the newest first. */
  readonly rows: readonly ExchangeRow[];
  /** How many there are in all. */
  readonly total: number;
  readonly parsed: ParsedFilter;
  /** Not all have been looked at yet. */
  readonly isSearching: boolean;
  /** Begun since the view was paused; 0 while it goes on. */
  readonly waiting: number;
  readonly isPaused: boolean;
}

/** Milliseconds of a frame that filtering may take. */
const TURN_MS = 6;
/** Between two questions to the server, for filters that look into headers and bodies. */
const ASK_MS = 750;
/** What such an answer holds at most, and how many are asked for in a row. */
const ASKED_ROWS = 1_000;
const ASKED_PAGES = 40;
/** Ages and durations go on by themselves. */
const TICK_MS = 1_000;

/**
 * The exchanges that a filter lets through. Looks at each exchange once until it changes, in turns
 * that leave the frame its time. Owner: whoever made it, by `close`.
 */
export class TrafficView {
  readonly #store: TrafficStore;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #parsed: ParsedFilter = parseFilter('');
  #verdicts = new WeakMap<ExchangeRow, boolean>();
  /** What the server found; of filters that need more than rows. */
  #found: ReadonlySet<string> | undefined;
  #asking: AbortController | undefined;
  #askedAt = 0;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #frozen: Traffic | undefined;
  #frame: number | undefined;
  #view: View;

  constructor(store: TrafficStore) {
    this.#store = store;
    this.#view = this.#make([], false);
    this.#unsubscribe = store.subscribe(() => this.#onTraffic());
    this.#timer = setInterval(() => this.#onTick(), TICK_MS);
    this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): View => this.#view;

  /** The text of a filter; what is wrong in it is in `view().parsed.problems`. */
  filterBy(text: string): void {
    this.#parsed = parseFilter(text);
    this.#forget();
    this.#found = undefined;
    if (this.#parsed.needs !== 'row') void this.#ask();
    this.#look();
  }

  /** The list stands still; what comes is counted. */
  set isPaused(isPaused: boolean) {
    if (isPaused === (this.#frozen !== undefined)) return;
    this.#frozen = isPaused ? this.#store.traffic() : undefined;
    this.#look();
  }

  close(): void {
    this.#unsubscribe();
    this.#asking?.abort();
    clearInterval(this.#timer);
    clearTimeout(this.#askTimer);
    cancelAnimationFrame(this.#frame ?? 0);
  }

  #onTraffic(): void {
    if (this.#parsed.needs !== 'row') this.#askSoon();
    this.#look();
  }

  /** `dur:`, `since:` and `is:slow` hold for what has not changed, too. */
  #onTick(): void {
    if (this.#parsed.chips.length === 0 || this.#parsed.needs !== 'row') return;
    this.#forget();
    this.#look();
  }

  #forget(): void {
    this.#verdicts = new WeakMap();
  }

  /** From the newest on, as far as the time goes; the rest in the next frame. */
  #look(): void {
    cancelAnimationFrame(this.#frame ?? 0);
    const { rows } = this.#frozen ?? this.#store.traffic();
    const endAt = performance.now() + TURN_MS;
    const shown: ExchangeRow[] = [];
    let isLate = false;
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i] as ExchangeRow;
      if (!isLate && (i & 63) === 0) isLate = performance.now() > endAt;
      if (this.#holds(row, isLate)) shown.push(row);
    }
    this.#view = this.#make(shown, isLate || this.#asking !== undefined);
    for (const listener of this.#listeners) listener();
    if (isLate) this.#frame = requestAnimationFrame(() => this.#look());
  }

  #holds(row: ExchangeRow, isLate: boolean): boolean {
    if (this.#parsed.chips.length === 0) return true;
    if (this.#parsed.needs !== 'row') return this.#found?.has(row.id) ?? false;
    const known = this.#verdicts.get(row);
    if (known !== undefined || isLate) return known ?? false;
    const subject = { row, now: Date.now(), headers: () => [], body: () => '' };
    const verdict = matches(this.#parsed.filter, subject);
    this.#verdicts.set(row, verdict);
    return verdict;
  }

  #make(rows: readonly ExchangeRow[], isSearching: boolean): View {
    const { rows: all } = this.#store.traffic();
    const seen = this.#frozen?.rows.at(-1)?.order ?? 0;
    const isPaused = this.#frozen !== undefined;
    const waiting = isPaused ? all.filter(({ order }) => order > seen).length : 0;
    const total = (this.#frozen?.rows ?? all).length;
    return { rows, total, parsed: this.#parsed, isSearching, waiting, isPaused };
  }

  #askSoon(): void {
    if (this.#askTimer !== undefined) return;
    const wait = Math.max(0, this.#askedAt + ASK_MS - performance.now());
    this.#askTimer = setTimeout(() => void this.#ask(), wait);
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#askTimer);
    this.#askTimer = undefined;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#askedAt = performance.now();
    const found = await this.#findAll(asking.signal).catch(() => undefined);
    if (this.#asking !== asking) return;
    this.#asking = undefined;
    this.#found = found ?? this.#found;
    this.#look();
  }

  async #findAll(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let before: number | undefined;
    for (let page = 0; page < ASKED_PAGES; page++) {
      const found = await api.find(textOf(this.#parsed), ASKED_ROWS, before, signal);
      for (const { id } of found.exchanges) ids.add(id);
      before = found.next;
      if (before === undefined) break;
    }
    return ids;
  }
}

/** Of what was right in it. */
function textOf({ chips }: ParsedFilter): string {
  return chips.map(({ text }) => text).join(' ');
}
