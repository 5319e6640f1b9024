import { Buffer } from 'node:buffer';
import { EventStreamReader } from '../body/event-stream.ts';
import { LineReader } from '../body/line-reader.ts';
import type { EventStreamFacts, StreamedEvent } from '../exchange/stream-event.ts';
import { ReadingPace } from './reading-pace.ts';

type Kind = EventStreamFacts['kind'];
/** One that was read, before it has a number. */
type Found = Pick<StreamedEvent, 'kind' | 'id' | 'event' | 'text'> & { readonly omitted: number };

/** Of one response: the newest, and what they hold. Older ones are dropped and counted. */
const EVENTS_MAX = 500;
const BYTES_MAX = 1024 * 1024;
/** Characters kept of one. */
const TEXT_MAX = 64 * 1024;
/** What one costs besides its text, which may take two bytes a character. */
const EVENT_COST = 200;
/** Where reading may begin anew after bytes that were passed over. */
const BEGINNINGS: Readonly<Record<Kind, RegExp>> = {
  events: /\r\n\r\n|\n\n|\r\r/,
  lines: /\n/,
};

/**
 * The newest events of a response, read while it is open. Bytes beyond what can be read without holding up
 * the tunnel are passed over. Owner: the exchange's record, by `clear`.
 */
export class EventTap {
  readonly #kind: Kind;
  readonly #note: string;
  readonly #pace = new ReadingPace();
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #reader: Reader;
  #isLost = false;
  readonly #kept: StreamedEvent[] = [];
  #bytes = 0;
  #newest = 0;
  #dropped = 0;
  #skipped = 0;

  /** `note`: why nothing can be read; empty if it can. */
  constructor(kind: Kind, note = '') {
    this.#kind = kind;
    this.#note = note;
    this.#reader = readerOf(kind);
  }

  /** Memory taken, which is what a budget counts. */
  get held(): number {
    return this.#bytes + 2 * this.#reader.held;
  }

  get facts(): EventStreamFacts {
    const [kind, note] = [this.#kind, this.#note];
    return {
      kind,
      newest: this.#newest,
      dropped: this.#dropped,
      skippedBytes: this.#skipped,
      note,
    };
  }

  /** `chunk` of any cut, only lent. */
  push(chunk: Uint8Array, atMs: number): void {
    if (this.#note !== '') return;
    if (!this.#pace.admits(chunk.length, atMs)) {
      this.#lose(chunk.length);
      return;
    }
    const text = this.#decoder.decode(chunk, { stream: true });
    const readable = this.#isLost ? this.#refound(text, chunk.length) : text;
    for (const found of this.#reader.push(readable)) this.#add(found, atMs);
  }

  /** The response is complete. */
  end(atMs: number): void {
    if (this.#note !== '' || this.#isLost) return;
    for (const found of this.#reader.push(this.#decoder.decode())) this.#add(found, atMs);
    for (const found of this.#reader.end()) this.#add(found, atMs);
  }

  /** Those with numbers above `after`, the oldest first. */
  read(after: number): StreamedEvent[] {
    return this.#kept.filter(({ number }) => number > after);
  }

  /** Forgets all; numbers go on. */
  clear(): void {
    this.#kept.length = 0;
    this.#bytes = 0;
    this.#reader = readerOf(this.#kind);
  }

  #lose(bytes: number): void {
    this.#skipped += bytes;
    if (this.#isLost) return;
    this.#isLost = true;
    this.#reader = readerOf(this.#kind);
    this.#decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  }

  /** What follows the next end of an event; nothing while there is none. */
  #refound(text: string, bytes: number): string {
    const found = BEGINNINGS[this.#kind].exec(text);
    if (found === null) {
      this.#skipped += bytes;
      return '';
    }
    this.#isLost = false;
    return text.slice(found.index + found[0].length);
  }

  #add(found: Found, atMs: number): void {
    const text = owned(found.text.slice(0, TEXT_MAX));
    const isTruncated = found.omitted > 0 || found.text.length > TEXT_MAX;
    const [id, event] = [owned(found.id), owned(found.event)];
    const number = ++this.#newest;
    const kept = { number, kind: found.kind, atMs, id, event, text, isTruncated };
    this.#keep(kept);
  }

  #keep(event: StreamedEvent): void {
    this.#kept.push(event);
    this.#bytes += costOf(event);
    while (this.#kept.length > EVENTS_MAX || this.#bytes > BYTES_MAX) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    if (oldest === undefined) return;
    this.#bytes -= costOf(oldest);
    this.#dropped++;
  }
}

interface Reader {
  /** Characters. */
  readonly held: number;
  push(text: string): Iterable<Found>;
  end(): Iterable<Found>;
}

/** A piece of a text keeps all of that text in memory. */
function owned(text: string): string {
  return Buffer.from(text).toString();
}

function costOf({ text, id, event }: StreamedEvent): number {
  return EVENT_COST + 2 * (text.length + id.length + event.length);
}

function readerOf(kind: Kind): Reader {
  return kind === 'events' ? new Events() : new Lines();
}

class Events implements Reader {
  readonly #reader = new EventStreamReader();

  get held(): number {
    return this.#reader.held;
  }

  push(text: string): Iterable<Found> {
    return this.#reader.push(text, 0);
  }

  end(): Iterable<Found> {
    return this.#reader.end(0);
  }
}

/** JSON text sequences (RFC 7464) have a mark before each text. */
const MARK = '\u001e';

class Lines implements Reader {
  readonly #reader = new LineReader(TEXT_MAX, 'feed');

  get held(): number {
    return this.#reader.held;
  }

  *push(text: string): Iterable<Found> {
    for (const line of this.#reader.push(text)) yield* lineOf(line, 'line');
  }

  *end(): Iterable<Found> {
    const line = this.#reader.end();
    if (line !== undefined) yield* lineOf(line, 'unfinished');
  }
}

/** An empty line is there to keep the connection. */
function* lineOf(
  line: { readonly text: string; readonly omitted: number },
  kind: 'line' | 'unfinished',
): Iterable<Found> {
  const plain = line.text.replace(/\r$/, '');
  const text = plain.startsWith(MARK) ? plain.slice(1) : plain;
  if (text !== '') yield { kind, id: '', event: '', text, omitted: line.omitted };
}
