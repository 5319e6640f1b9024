import type { Filter } from './filter.ts';
import { findKey, type Needs } from './key-table.ts';

const ORDER: readonly Needs[] = ['row', 'headers', 'body'];

/** The most that any of its terms needs. */
export function needsOf(filter: Filter): Needs {
  return ORDER[costOf(filter)] ?? 'body';
}

/** Rises with what must be fetched: the dear parts of a filter are tried last. */
export function costOf(filter: Filter): number {
  if (filter.kind === 'term') return ORDER.indexOf(findKey(filter.key)?.needs ?? 'body');
  if (filter.kind === 'not') return costOf(filter.part);
  return filter.parts.reduce((most, part) => Math.max(most, costOf(part)), 0);
}
