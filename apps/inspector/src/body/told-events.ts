import type { EventStreamFacts, StreamedEvent } from '@sellia/inspector/browser';
import type { ShownEvent } from './shape/kept-events.ts';

/** Events behind the number that was asked for, and what is known of their stream. */
export interface ToldEvents extends EventStreamFacts {
  readonly events: readonly StreamedEvent[];
}

export function shownEvent(told: StreamedEvent): ShownEvent {
  const { number, kind, atMs: at, id, event, text, isTruncated } = told;
  return { number, at, id, type: kind === 'event' ? event : kind, text, isCut: isTruncated };
}
