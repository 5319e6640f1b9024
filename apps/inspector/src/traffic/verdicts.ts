import { type Filter, matches, type ParsedFilter } from '@sellia/inspector/browser';
import type { ExchangeRow } from '../api/types.ts';

/** Milliseconds of a frame that filtering may take. */
const TURN_MS = 6;
/** Exchanges between two looks at the clock. */
const LOOKED = 64;

/**
 * Which exchanges a filter lets through: each is looked at once until it changes, and as many in a
 * turn as leave the frame its time. One that was not looked at yet is as it was before.
 */
export class Verdicts {
  readonly #filter: Filter;
  /** Twice the round it was given in, and 1 for those that hold. */
  #known = new WeakMap<ExchangeRow, number>();
  #round = 1;
  #looked = 0;
  #now = 0;
  #endAt = 0;
  #isLate = false;

  constructor({ filter }: ParsedFilter) {
    this.#filter = filter;
  }

  /** This turn was too short for all of them. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** All are to be looked at again: time has passed. */
  beginRound(): void {
    this.#round += 1;
  }

  beginTurn(): void {
    this.#isLate = false;
    this.#looked = 0;
    this.#now = Date.now();
    this.#endAt = performance.now() + TURN_MS;
  }

  holds(row: ExchangeRow): boolean {
    const known = this.#known.get(row) ?? 0;
    if (known >> 1 === this.#round || this.#isOver()) return (known & 1) === 1;
    const subject = { row, now: this.#now, headers: () => [], body: () => '' };
    const verdict = matches(this.#filter, subject);
    this.#known.set(row, 2 * this.#round + Number(verdict));
    return verdict;
  }

  #isOver(): boolean {
    if (!this.#isLate && ++this.#looked % LOOKED === 0) {
      this.#isLate = performance.now() > this.#endAt;
    }
    return this.#isLate;
  }
}

/** Whether time alone can change what it lets through: `since:`, `dur:`, `is:slow`. */
export function isTimed(filter: Filter): boolean {
  if (filter.kind === 'not') return isTimed(filter.part);
  if (filter.kind !== 'term') return filter.parts.some(isTimed);
  const { key, test } = filter;
  return key === 'since' || key === 'dur' || (test.kind === 'state' && test.state === 'slow');
}
