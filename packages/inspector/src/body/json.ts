import { JsonReader, type JsonToken } from './json-reader.ts';

/** Characters of pretty text; nesting may make a text hundreds of times as long. */
export const PRETTY_MAX = 8 * 1024 * 1024;

/** Where JSON is not JSON. */
export interface JsonError {
  /** Offset into the text. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** A sentence, without the place. */
  readonly message: string;
  /** All was right until the text ended: expected of a body whose beginning alone was kept. */
  readonly isCutOff: boolean;
}

export interface PrettyJson {
  /** Indented by two spaces. Numbers, strings, names, their order and their number are as sent. */
  readonly text: string;
  /** What follows in the original from where `text` ends; empty if that is the whole. */
  readonly rest: string;
  readonly error?: JsonError;
  /** `text` came to `PRETTY_MAX`, and `rest` has not been looked at. */
  readonly isCut: boolean;
}

/** Indents JSON as far as it is JSON. Linear; never throws. */
export function prettyJson(text: string): PrettyJson {
  const reader = new JsonReader(text);
  const parts: string[] = [];
  let length = 0;
  let previous: JsonToken = ',';
  let token = reader.next();
  let read = 0;
  while (token !== 'end' && token !== 'fault' && length < PRETTY_MAX) {
    const gap = parts.length === 0 ? '' : gapBetween(previous, token, reader.depth);
    const shown = text.slice(reader.start, reader.end);
    parts.push(gap, shown);
    length += gap.length + shown.length;
    read = reader.end;
    previous = token;
    token = reader.next();
  }
  const pretty = parts.join('');
  if (token === 'end') return { text: pretty, rest: '', isCut: false };
  const rest = text.slice(read);
  if (token !== 'fault') return { text: pretty, rest, isCut: true };
  return { text: pretty, rest, error: errorOf(text, reader), isCut: false };
}

function gapBetween(previous: JsonToken, token: JsonToken, depth: number): string {
  if (token === ',' || token === ':') return '';
  if (previous === ':') return ' ';
  const isEmpty = (previous === '{' && token === '}') || (previous === '[' && token === ']');
  if (isEmpty) return '';
  // A bracket stands with the line that opened it: it is no part of what it opens.
  const isOpening = token === '{' || token === '[';
  return `\n${'  '.repeat(isOpening ? depth - 1 : depth)}`;
}

function errorOf(text: string, { start, fault, isCutOff }: JsonReader): JsonError {
  const before = text.slice(0, start).split(/\r\n|\r|\n/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { offset: start, line: before.length, column, message: fault, isCutOff };
}
