import type { NextAttempt } from '@sellia/client';
import type { StatusEvent } from './events.ts';

/** What the user is told before a tunnel without a link tries again. */
export function nextAttemptEvent(
  status: NextAttempt & { readonly state: 'connecting' | 'reconnecting' },
): StatusEvent {
  const { state, error, attempt, delayMs: nextTryMs } = status;
  return { event: 'status', status: state, reason: error.message, attempt, nextTryMs };
}
