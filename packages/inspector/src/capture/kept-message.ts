import type { MessageDetail } from '../exchange/detail.ts';
import { type HeaderLines, headerText } from '../exchange/header-lines.ts';
import type { ReadLog } from './dropped-log.ts';
import { FIELD, type MessagePlace } from './record-fields.ts';

/** What was kept of a body. */
export interface KeptBody {
  /** All that has passed. */
  readonly bytes: number;
  readonly keptBytes: number;
  /** Its beginning: a copy, at each look. */
  readonly kept: Uint8Array;
  /** What was to be kept was not, or is no more. */
  readonly isTruncated: boolean;
}

/** One direction of an exchange. */
export interface KeptMessage {
  readonly headers: HeaderLines;
  readonly trailers: HeaderLines;
  readonly body: KeptBody;
}

/** Read from the log at each look, and not kept beside it. */
export class LoggedMessage implements KeptMessage, KeptBody {
  readonly #log: ReadLog;
  readonly #place: MessagePlace;

  constructor(log: ReadLog, place: MessagePlace) {
    this.#log = log;
    this.#place = place;
  }

  get headers(): HeaderLines {
    return this.fields.slice(this.#place.fields);
  }

  /** Of the head: what stands before its lines, and those. */
  get fields(): readonly string[] {
    return fieldsOf(this.#log, this.#place.head);
  }

  get trailers(): HeaderLines {
    return fieldsOf(this.#log, this.#place.trailers);
  }

  get body(): KeptBody {
    return this;
  }

  get bytes(): number {
    return this.#log.number(this.#place.bytes);
  }

  get keptBytes(): number {
    return this.#log.number(this.#place.keptBytes);
  }

  get kept(): Uint8Array {
    if (this.#log.number(FIELD.isOnlyCounted) !== 0) return new Uint8Array();
    return this.#log.read(this.#place.body);
  }

  get isTruncated(): boolean {
    return this.#log.number(FIELD.isOnlyCounted) === 0 && this.keptBytes < this.bytes;
  }
}

/** The texts of a piece, which has been written with NUL between them. */
export function fieldsOf(log: ReadLog, piece: number): string[] {
  const text = log.read(piece).toString('latin1');
  return text === '' ? [] : text.split('\0');
}

export function messageDetail({ headers, trailers, body }: KeptMessage): MessageDetail {
  const { bytes, keptBytes } = body;
  const encoding = headerText(headers, 'content-encoding').toLowerCase();
  const type = headerText(headers, 'content-type');
  const expectedBytes = contentLength(headerText(headers, 'content-length'));
  return { headers, trailers, body: { bytes, keptBytes, expectedBytes, encoding, type } };
}

/** -1 without one that can be believed. */
function contentLength(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}
