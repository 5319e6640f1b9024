import { expect } from 'vitest';

/** Milliseconds that a page may take on a busy machine. */
const GUARD_MS = 10_000;

/** Looks until what is expected of it holds. */
export function soon<T>(look: () => T) {
  return expect.poll(look, { timeout: GUARD_MS });
}
