import type { SelliaErrorCode } from './errors.ts';

/** Bounds of the wait between two attempts, in milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** A relay, or whatever stands before it, that asks for more is asked again after this, in ms. */
const ASKED_MAX_MS = 60_000;
/** Who was asked to wait comes back spread over this part of the wait, after it. */
const ASKED_SPREAD = 0.5;

/**
 * Milliseconds to wait before the next attempt, `elapsedMs` after the loss: anywhere between nothing
 * and the time that has passed ("full jitter"), `baseMs` at first and `capMs` at most. So the clients
 * of a relay that was away come back spread out, and none waits for longer than the outage took.
 *
 * `retryAfterMs` (what the relay asked for; 0: nothing) takes the place of this: at least so long
 * (a minute at most) and up to half as long again. `random` is in [0, 1).
 */
export function reconnectDelay(
  elapsedMs: number,
  backoff: Backoff,
  random: number,
  retryAfterMs = 0,
): number {
  if (retryAfterMs > 0) {
    return Math.floor(Math.min(retryAfterMs, ASKED_MAX_MS) * (1 + ASKED_SPREAD * random));
  }
  const bound = Math.min(backoff.capMs, Math.max(backoff.baseMs, elapsedMs));
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

/**
 * The relay, or the proxy before it, has answered: so its URL is right, and it takes no clients for
 * the moment. All else may be a mistake of the user's as long as nothing was public.
 */
const BUSY: ReadonlySet<SelliaErrorCode> = new Set<SelliaErrorCode>([
  'SELLIA_RELAY_BUSY',
  'SELLIA_GOING_AWAY',
]);

/** Whether a first attempt that failed is worth a second one. */
export function isBusy(code: SelliaErrorCode): boolean {
  return BUSY.has(code);
}

/**
 * Whether a failure ends the tunnel. `wasPublic`: the name was this tunnel's before; then "taken" is
 * most often the ghost of its own session, or of a relay that cannot tell any more whose it was.
 */
export function isFatal(code: SelliaErrorCode, wasPublic: boolean): boolean {
  if (wasPublic && code === 'SELLIA_NAME_TAKEN') return false;
  return FATAL.has(code);
}
