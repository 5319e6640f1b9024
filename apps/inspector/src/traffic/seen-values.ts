import type { SeenValues } from '@sellia/inspector/browser';
import type { ExchangeRow } from '../api/types.ts';

/** Exchanges that are looked at, the newest ones. */
const ROWS = 2_000;
/** Values of a key, and characters of a value. */
const VALUES_MAX = 100;
const LENGTH_MAX = 80;

const NONE: readonly string[] = [];

/** What a filter may be about: values of the newest of `rows`, which are the oldest first. */
export function seenValues(rows: readonly ExchangeRow[]): SeenValues {
  const newest = rows.slice(-ROWS).reverse();
  return {
    tunnel: seen(newest, ({ tunnel }) => [tunnel]),
    host: seen(newest, ({ host }) => [host]),
    method: seen(newest, ({ method }) => [method]),
    path: seen(newest, ({ target }) => target.split('?', 1)),
    tag: seen(newest, ({ tags }) => tags),
  };
}

type Read = (row: ExchangeRow) => readonly string[] | undefined;

function seen(rows: readonly ExchangeRow[], read: Read): string[] {
  const values = new Set<string>();
  for (const row of rows) {
    for (const value of read(row) ?? NONE) {
      if (value !== '' && value.length <= LENGTH_MAX) values.add(value);
    }
    if (values.size >= VALUES_MAX) break;
  }
  return [...values];
}
