import type { SelliaErrorCode } from './errors.ts';

/** Bounds of the wait between two attempts, in milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Milliseconds to wait before attempt number `attempt` (0 is the first): anywhere between nothing
 * and a bound that doubles ("full jitter"), so that the clients of a restarted relay come back
 * spread out. `random` is in [0, 1).
 */
export function reconnectDelay(attempt: number, backoff: Backoff, random: number): number {
  const bound = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attempt, 30));
  return Math.floor(bound * random);
}

/**
 * Asking again would get the same answer until somebody changes something. All else may be a relay
 * that restarts, a proxy before it, or a network that wants a login first: those pass.
 */
const FATAL: ReadonlySet<SelliaErrorCode> = new Set<SelliaErrorCode>([
  'SELLIA_UNAUTHORIZED',
  'SELLIA_VERSION',
  'SELLIA_NAME_TAKEN',
  'SELLIA_NAME_INVALID',
  'SELLIA_NAME_RESERVED',
  'SELLIA_TUNNEL_REFUSED',
  'SELLIA_TUNNEL_CLOSED',
  'SELLIA_ABORTED',
]);

export function isFatal(code: SelliaErrorCode): boolean {
  return FATAL.has(code);
}
