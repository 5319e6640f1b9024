import type { ExchangeRow } from '../exchange/row.ts';

const ENDED = new Set(['done', 'failed', 'refused', 'closed', 'rejected', 'aborted']);

export function isEnded(row: ExchangeRow): boolean {
  return ENDED.has(row.state);
}

/**
 * Milliseconds from its beginning to its end, or to `now` (Unix milliseconds) while it goes on.
 * Undefined for one that ended and was not measured, as those that the relay refused.
 */
export function elapsedMs(row: ExchangeRow, now: number): number | undefined {
  if (row.durationMs >= 0) return row.durationMs;
  return isEnded(row) ? undefined : Math.max(0, now - row.startedAt);
}
