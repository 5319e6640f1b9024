import type { ExchangeRow } from '../exchange/row.ts';
import { elapsedMs, isEnded } from './elapsed.ts';
import { LARGE_BYTES, SLOW_MS } from './limits.ts';

export type StateName =
  | 'pending'
  | 'error'
  | 'ws'
  | 'open'
  | 'closed'
  | 'replay'
  | 'pinned'
  | 'tagged'
  | 'slow'
  | 'large'
  | 'truncated'
  | 'denied';

/** One value of `is:`. */
export interface StateTest {
  readonly name: StateName;
  /** For people that choose one. */
  readonly sentence: string;
  /** Goes on after "it". */
  readonly predicate: string;
  /** The same, negated. */
  readonly negated: string;
  /** `now` in Unix milliseconds. */
  readonly holds: (row: ExchangeRow, now: number) => boolean;
}

const DENIED = new Set([401, 403, 429]);
const BROKEN = new Set(['failed', 'aborted', 'rejected']);

/** Failed, aborted, a rejected upgrade, or a status from 500. A 404 is an answer, not an error. */
function isError(row: ExchangeRow): boolean {
  return row.status >= 500 || BROKEN.has(row.state);
}

/** The relay itself answered 401, 403 or 429; the upstream never heard of it. */
function isDenied(row: ExchangeRow): boolean {
  return (row.state === 'refused' || row.failure?.side === 'relay') && DENIED.has(row.status);
}

/** Event streams and upgraded connections are meant to last: only the wait for their head counts. */
function isSlow(row: ExchangeRow, now: number): boolean {
  const lasts = row.kind !== 'http' || row.responseType === 'text/event-stream';
  if (lasts && row.firstByteMs >= 0) return row.firstByteMs >= SLOW_MS;
  if (lasts && isEnded(row)) return false;
  return (elapsedMs(row, now) ?? 0) >= SLOW_MS;
}

/** All values of `is:`, the most wanted first. */
export const STATES: readonly StateTest[] = [
  {
    name: 'error',
    sentence: 'Failed, cut off, rejected, or answered with 5xx',
    predicate: 'is an error',
    negated: 'is not an error',
    holds: isError,
  },
  {
    name: 'pending',
    sentence: 'Waiting for an answer',
    predicate: 'is pending',
    negated: 'is not pending',
    holds: ({ state }) => state === 'pending' || state === 'connecting',
  },
  {
    name: 'ws',
    sentence: 'WebSocket connections',
    predicate: 'is a WebSocket',
    negated: 'is not a WebSocket',
    holds: ({ kind }) => kind === 'websocket',
  },
  {
    name: 'open',
    sentence: 'Upgraded connections that are open',
    predicate: 'is an open connection',
    negated: 'is not an open connection',
    holds: ({ state }) => state === 'open' || state === 'closing',
  },
  {
    name: 'closed',
    sentence: 'Upgraded connections that have ended',
    predicate: 'is a closed connection',
    negated: 'is not a closed connection',
    holds: ({ state }) => state === 'closed' || state === 'aborted',
  },
  {
    name: 'slow',
    sentence: 'Took a second or more',
    predicate: 'took a second or more',
    negated: 'took less than a second',
    holds: isSlow,
  },
  {
    name: 'large',
    sentence: 'Responses of 1 MiB and more',
    predicate: 'has a response of 1 MiB or more',
    negated: 'has a response of less than 1 MiB',
    holds: ({ responseBytes }) => responseBytes >= LARGE_BYTES,
  },
  {
    name: 'denied',
    sentence: 'Answered by the relay with 401, 403 or 429',
    predicate: 'was denied by the relay',
    negated: 'was not denied by the relay',
    holds: isDenied,
  },
  {
    name: 'replay',
    sentence: 'Sent again from here',
    predicate: 'is a replay',
    negated: 'is not a replay',
    holds: ({ replayOf }) => replayOf !== '',
  },
  {
    name: 'pinned',
    sentence: 'Pinned here',
    predicate: 'is pinned',
    negated: 'is not pinned',
    holds: ({ isPinned }) => isPinned,
  },
  {
    name: 'tagged',
    sentence: 'With a tag, whichever',
    predicate: 'has a tag',
    negated: 'has no tag',
    holds: ({ tags }) => tags !== undefined,
  },
  {
    name: 'truncated',
    sentence: 'Of whose bodies a part was not kept',
    predicate: 'is truncated',
    negated: 'is not truncated',
    holds: ({ isTruncated }) => isTruncated,
  },
];

const BY_NAME: ReadonlyMap<string, StateTest> = new Map(STATES.map((each) => [each.name, each]));

/** In any case of letters; undefined for what is not a state. */
export function findState(name: string): StateTest | undefined {
  return BY_NAME.get(name.toLowerCase());
}
