import { matches, parseFilter } from '@sellia/inspector/browser';
import type { ExchangeRow } from '../api/types.ts';

const { filter: ERROR } = parseFilter('is:error');

/** The same words as in the filter: a 404 is an answer, not an error. */
export function isError(row: ExchangeRow): boolean {
  return matches(ERROR, { row, now: Date.now(), headers: () => [], body: () => '' });
}

/**
 * Counts exchanges that became errors since it was made. Looks at each row once: another state of an
 * exchange is another row. As much memory as there are errors in the list.
 */
export class ErrorCount {
  readonly #looked = new WeakSet<ExchangeRow>();
  readonly #known: Set<string>;
  #count = 0;

  constructor(rows: readonly ExchangeRow[]) {
    this.#known = new Set(this.#errors(rows));
  }

  get count(): number {
    return this.#count;
  }

  /** All that there are; those that are new errors now. */
  look(rows: readonly ExchangeRow[]): ExchangeRow[] {
    const fresh = rows.filter((row) => this.#isFresh(row));
    this.#count += fresh.length;
    return fresh;
  }

  #isFresh(row: ExchangeRow): boolean {
    if (this.#looked.has(row)) return false;
    this.#looked.add(row);
    if (!isError(row) || this.#known.has(row.id)) return false;
    this.#known.add(row.id);
    return true;
  }

  *#errors(rows: readonly ExchangeRow[]): Generator<string> {
    for (const row of rows) {
      this.#looked.add(row);
      if (isError(row)) yield row.id;
    }
  }
}
