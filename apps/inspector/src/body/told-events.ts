import type { ShownEvent } from './shape/kept-events.ts';

/** An event as the API tells of it. */
export interface ToldEvent {
  /** Of its stream, from 1. */
  readonly number: number;
  readonly kind: 'event' | 'comment' | 'retry' | 'line' | 'unfinished';
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly id: string;
  /** Its type; empty for all but events. */
  readonly event: string;
  readonly text: string;
  readonly isTruncated: boolean;
}

/** Events behind the number that was asked for, and what is known of their stream. */
export interface ToldEvents {
  readonly kind: 'events' | 'lines';
  readonly newest: number;
  readonly dropped: number;
  readonly skippedBytes: number;
  readonly note: string;
  readonly events: readonly ToldEvent[];
}

export function shownEvent(told: ToldEvent): ShownEvent {
  const { number, kind, atMs: at, id, event, text, isTruncated } = told;
  return { number, at, id, type: kind === 'event' ? event : kind, text, isCut: isTruncated };
}
