import {
  decodeText,
  EventStreamReader,
  JsonLinesReader,
  type StreamEvent,
} from '@sellia/inspector/bodies';
import type { TextSource } from './text.ts';

/** One event of a stream, or one line of newline-delimited JSON. */
export interface ShownEvent {
  /** From 1; of a line its number in the body. Rises. */
  readonly number: number;
  /** When it came, in Unix milliseconds; -1 where nobody can tell. */
  readonly at: number;
  readonly id: string;
  /** Its name; `line` for a line of JSON, else what it is for the stream. */
  readonly type: string;
  readonly text: string;
  /** `text` is its beginning. */
  readonly isCut: boolean;
}

export interface KeptEvents {
  readonly events: readonly ShownEvent[];
  readonly notes: readonly string[];
}

/** Events that are listed of one body. */
export const EVENTS_MAX = 10_000;

/** The events of what was kept of an event stream. */
export function keptEvents({ bytes, charset, isCut }: TextSource): KeptEvents {
  const { text, note } = decodeText(bytes, charset, { isCut });
  const reader = new EventStreamReader();
  const found = [...reader.push(text, -1), ...reader.end(-1)];
  const events = found.slice(0, EVENTS_MAX).map((event, i) => ({
    number: i + 1,
    at: -1,
    id: event.id,
    type: typeOf(event),
    text: event.text,
    isCut: event.omitted > 0,
  }));
  return { events, notes: notesOn(found.length, note) };
}

function typeOf({ kind, event }: StreamEvent): string {
  return kind === 'event' ? event : kind;
}

/** The lines of what was kept of newline-delimited JSON. */
export function keptLines({ bytes, charset, isCut }: TextSource): KeptEvents {
  const { text, note } = decodeText(bytes, charset, { isCut });
  const reader = new JsonLinesReader();
  const found = [...reader.push(text, -1), ...reader.end(-1)];
  const events = found.slice(0, EVENTS_MAX).map((line) => ({
    number: line.line,
    at: -1,
    id: '',
    type: line.isOpen && isCut ? 'cut off' : 'line',
    text: line.text,
    isCut: line.omitted > 0,
  }));
  return { events, notes: notesOn(found.length, note) };
}

function notesOn(count: number, note: string): string[] {
  const notes = note === '' ? [] : [note];
  const most = EVENTS_MAX.toLocaleString('en-US');
  if (count > EVENTS_MAX)
    notes.push(`Only the first ${most} of ${count.toLocaleString('en-US')} are listed.`);
  return notes;
}
