import { type ParsedFilter, parseFilter } from '@sellia/inspector/browser';
import type { ExchangeRow } from '../api/types.ts';
import {
  type Arranged,
  type Arrangement,
  arrange,
  type Group,
  NEWEST_FIRST,
} from './arrangement.ts';
import { ServerSearch } from './server-search.ts';
import type { Traffic, TrafficStore } from './traffic-store.ts';
import { isTimed, Verdicts } from './verdicts.ts';

/** What a list shows. A new one with every change. */
export interface View {
  /** What matches, as it is arranged: the newest first, if nobody chose otherwise. */
  readonly rows: readonly ExchangeRow[];
  /** Of tunnels, when they are apart; else none. */
  readonly groups: readonly Group[];
  readonly arrangement: Arrangement;
  /** How many there are in all. */
  readonly total: number;
  readonly parsed: ParsedFilter;
  /** Not all have been looked at yet. */
  readonly isSearching: boolean;
  /** Matching ones that came since the list stands still; 0 while it goes on. */
  readonly waiting: number;
  readonly isPaused: boolean;
  /** What is there stays where it is: the newest end is not in sight. */
  readonly isHeld: boolean;
}

/** A list that stays as it was; `order` is that of the newest exchange it knew. */
interface Held extends Arranged {
  readonly order: number;
}

/** Ages and durations go on by themselves; so often they are looked at, in milliseconds. */
const TICK_MS = 1_000;
/** Between two sortings by what changes, in milliseconds. */
const SORT_MS = 500;

/**
 * The exchanges that a filter lets through, in the order that was chosen. Owner: whoever made it, by
 * `close`.
 */
export class TrafficView {
  readonly #store: TrafficStore;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #text = '';
  #parsed: ParsedFilter = parseFilter('');
  #verdicts = new Verdicts(this.#parsed);
  /** Of filters that need more than rows. */
  #search: ServerSearch | undefined;
  #arrangement = NEWEST_FIRST;
  #frozen: Traffic | undefined;
  #held: Held | undefined;
  #wantsHold = false;
  #kept: { readonly id: string; readonly count: number } | undefined;
  #clearings = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #frame: number | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #view: View;

  constructor(store: TrafficStore) {
    this.#store = store;
    this.#view = this.#made({ rows: [], groups: [] });
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
    if (text === this.#text) return;
    this.#text = text;
    this.#parsed = parseFilter(text);
    this.#verdicts = new Verdicts(this.#parsed);
    this.#search?.close();
    this.#search =
      this.#parsed.needs === 'row' ? undefined : new ServerSearch(this.#parsed, () => this.#look());
    this.#lookAnew();
  }

  arrange(arrangement: Arrangement): void {
    this.#arrangement = arrangement;
    this.#lookAnew();
  }

  /** The list stands still; what comes is counted. */
  set isPaused(isPaused: boolean) {
    if (isPaused === (this.#frozen !== undefined)) return;
    this.#frozen = isPaused ? this.#store.traffic() : undefined;
    this.#look();
  }

  /**
   * Nothing moves while somebody reads further down: exchanges change in their places, none comes
   * and none goes. False: the newest end is in sight again.
   */
  set isHeld(isHeld: boolean) {
    if (isHeld === this.#wantsHold) return;
    this.#wantsHold = isHeld;
    if (isHeld) this.#look();
    else this.#lookAnew();
  }

  /** That exchange is not to leave the first `count` ones by itself: rather the list stands still. */
  keep(id: string | undefined, count: number): void {
    this.#kept = id === undefined ? undefined : { id, count };
  }

  close(): void {
    this.#unsubscribe();
    this.#search?.close();
    clearInterval(this.#timer);
    clearTimeout(this.#lookTimer);
    cancelAnimationFrame(this.#frame ?? 0);
  }

  #onTraffic(): void {
    this.#search?.changed();
    const { clearings } = this.#store.traffic();
    if (clearings !== this.#clearings) this.#onClearing(clearings);
    else if (this.#arrangement.by === 'time') this.#look();
    else this.#lookSoon();
  }

  #onClearing(clearings: number): void {
    this.#clearings = clearings;
    if (this.#frozen !== undefined) this.#frozen = this.#store.traffic();
    this.#lookAnew();
  }

  #onTick(): void {
    if (!isTimed(this.#parsed.filter)) return;
    this.#verdicts.beginRound();
    this.#look();
  }

  #lookSoon(): void {
    if (this.#lookTimer !== undefined) return;
    const wait = Math.max(0, this.#lookedAt + SORT_MS - performance.now());
    this.#lookTimer = setTimeout(() => this.#look(), wait);
  }

  /** What is shown now is to be another: nothing of it is held. */
  #lookAnew(): void {
    this.#held = undefined;
    this.#wantsHold = false;
    const kept = this.#kept;
    this.#kept = undefined;
    this.#look();
    this.#kept = kept;
  }

  /** From the newest on, as far as the time goes; the rest in the next frame. */
  #look(): void {
    cancelAnimationFrame(this.#frame ?? 0);
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#lookedAt = performance.now();
    this.#verdicts.beginTurn();
    this.#view = this.#made(this.#held === undefined ? this.#arranged() : this.#refreshed());
    for (const listener of this.#listeners) listener();
    if (this.#verdicts.isLate) this.#frame = requestAnimationFrame(() => this.#look());
  }

  #arranged(): Arranged {
    const { rows } = this.#frozen ?? this.#store.traffic();
    const arranged = arrange(this.#matching(rows), this.#arrangement, Date.now());
    if (this.#wouldLose(arranged.rows)) return this.#hold(this.#view);
    return this.#wantsHold && this.#isSettled ? this.#hold(arranged) : arranged;
  }

  #matching(rows: readonly ExchangeRow[]): ExchangeRow[] {
    if (this.#parsed.chips.length === 0) return rows.toReversed();
    const matching: ExchangeRow[] = [];
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i] as ExchangeRow;
      if (this.#holds(row)) matching.push(row);
    }
    return matching;
  }

  #holds(row: ExchangeRow): boolean {
    if (this.#parsed.chips.length === 0) return true;
    return this.#search === undefined ? this.#verdicts.holds(row) : this.#search.holds(row.id);
  }

  /** Before that, what is missing is still to come, and must not be left out for good. */
  get #isSettled(): boolean {
    return this.#search === undefined ? !this.#verdicts.isLate : this.#search.hasAnswer;
  }

  /** What somebody looks at would be pushed out of sight. */
  #wouldLose(rows: readonly ExchangeRow[]): boolean {
    const kept = this.#kept;
    if (kept === undefined) return false;
    const isKept = ({ id }: ExchangeRow): boolean => id === kept.id;
    const isSeen = (all: readonly ExchangeRow[]): boolean => all.slice(0, kept.count).some(isKept);
    return isSeen(this.#view.rows) && !isSeen(rows) && rows.some(isKept);
  }

  #hold({ rows, groups }: Arranged): Held {
    const known = this.#frozen ?? this.#store.traffic();
    const isOld = rows === this.#view.rows;
    const order = isOld ? this.#lookedOrder : (known.rows.at(-1)?.order ?? 0);
    this.#wantsHold = true;
    this.#held = { rows, groups, order };
    return this.#held;
  }

  /** Order of the newest one that the last look knew of. */
  #lookedOrder = 0;

  #refreshed(): Arranged {
    const held = this.#held as Held;
    if (this.#frozen !== undefined) return held;
    const rows = held.rows.map((row) => this.#store.row(row.id) ?? row);
    return { rows, groups: held.groups };
  }

  #made({ rows, groups }: Arranged): View {
    const all = this.#store.traffic().rows;
    const known = (this.#frozen?.rows ?? all).at(-1)?.order ?? 0;
    if (this.#held === undefined) this.#lookedOrder = known;
    return {
      rows,
      groups,
      arrangement: this.#arrangement,
      total: (this.#frozen?.rows ?? all).length,
      parsed: this.#parsed,
      isSearching: this.#verdicts.isLate || this.#search?.isAsking === true,
      waiting: this.#countSince(this.#held?.order ?? known),
      isPaused: this.#frozen !== undefined,
      isHeld: this.#held !== undefined,
    };
  }

  #countSince(order: number): number {
    const { rows } = this.#store.traffic();
    let count = 0;
    for (let i = rows.length - 1; i >= 0 && (rows[i] as ExchangeRow).order > order; i--) {
      if (this.#holds(rows[i] as ExchangeRow)) count += 1;
    }
    return count;
  }
}
