import { LineReader, type TextLine } from './line-reader.ts';

/** Characters of one event, whether in one line or in many; the rest of it is dropped. */
export const EVENT_MAX = 256 * 1024;

/** Characters of an id or event name: an id is repeated with every event behind it. */
export const EVENT_NAME_MAX = 1024;

/** What a server told in `text/event-stream`. */
export interface StreamEvent {
  /**
   * `event`: one that a page gets. `comment`: often sent to keep the connection. `retry`: a new
   * reconnection time. `unfinished`: the stream ended before the event did; a page gets nothing.
   */
  readonly kind: 'event' | 'comment' | 'retry' | 'unfinished';
  /** As given with the piece that brought its end. */
  readonly at: number;
  /** The last id, which stays until another comes. */
  readonly id: string;
  /** Name of the event (`message` without one); empty for comment and retry. */
  readonly event: string;
  /** Lines of `data` joined by LF; the comment; the milliseconds of `retry`. */
  readonly text: string;
  /** Characters that were dropped as beyond `EVENT_MAX`. */
  readonly omitted: number;
}

/**
 * Reads an event stream as it comes (WHATWG HTML section 9.2.6). Give it text decoded as UTF-8 in
 * stream mode with `ignoreBOM`: it passes over one byte order mark. It holds one event at most.
 */
export class EventStreamReader {
  readonly #lines = new LineReader(EVENT_MAX, 'any');
  #isBegun = false;
  #id = '';
  #nextId = '';
  #event = '';
  #parts: string[] = [];
  #length = 0;
  #omitted = 0;

  /** Characters of the event that has not ended. */
  get held(): number {
    return this.#length + this.#lines.held;
  }

  /** The events that `text` completes, in order. `at` is when it came, in any unit. */
  push(text: string, at: number): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const line of this.#lines.push(this.#withoutMark(text))) {
      const event = this.#take(line, at);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** The stream has ended: the event that no empty line has closed, if there is one. */
  end(at: number): StreamEvent[] {
    const line = this.#lines.end();
    const event = line && this.#take(line, at);
    const open = this.#parts.length === 0 ? undefined : this.#dispatch(at, 'unfinished');
    return [event, open].filter((each) => each !== undefined);
  }

  #withoutMark(text: string): string {
    if (this.#isBegun || text === '') return text;
    this.#isBegun = true;
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  #take({ text, omitted }: TextLine, at: number): StreamEvent | undefined {
    if (text === '') return this.#dispatch(at, 'event');
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const start = text[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const value = colon < 0 ? '' : text.slice(start);
    if (colon === 0) return this.#told('comment', value, omitted, at);
    if (field === 'retry')
      return /^\d+$/.test(value) ? this.#told('retry', value, omitted, at) : undefined;
    this.#set(field, value, omitted);
    return undefined;
  }

  #set(field: string, value: string, omitted: number): void {
    if (field === 'data') this.#append(value, omitted);
    else if (field === 'event') this.#event = value.slice(0, EVENT_NAME_MAX);
    else if (field === 'id' && !value.includes('\0')) this.#nextId = value.slice(0, EVENT_NAME_MAX);
  }

  /** An empty line costs one as well, so that the number of lines is bounded too. */
  #append(value: string, omitted: number): void {
    const room = Math.max(0, EVENT_MAX - this.#length);
    const shown = value.slice(0, room);
    if (room > 0 || this.#parts.length === 0) this.#parts.push(shown);
    this.#length += shown.length + 1;
    this.#omitted += value.length - shown.length + omitted;
  }

  #told(kind: 'comment' | 'retry', text: string, omitted: number, at: number): StreamEvent {
    return { kind, at, id: this.#id, event: '', text, omitted };
  }

  /** The id counts even where nothing is dispatched, for lack of `data`. */
  #dispatch(at: number, kind: 'event' | 'unfinished'): StreamEvent | undefined {
    const text = this.#parts.join('\n');
    const event = this.#event === '' ? 'message' : this.#event;
    const omitted = this.#omitted;
    const isEvent = this.#parts.length > 0;
    this.#id = this.#nextId;
    this.#event = '';
    this.#parts = [];
    this.#length = 0;
    this.#omitted = 0;
    return isEvent ? { kind, at, id: this.#id, event, text, omitted } : undefined;
  }
}
