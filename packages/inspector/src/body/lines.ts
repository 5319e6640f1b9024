import { LineReader, type TextLine } from './line-reader.ts';

/** Characters of one line; the rest of it is dropped. */
export const JSON_LINE_MAX = 256 * 1024;

/** One value of newline-delimited JSON. It is not judged here: `prettyJson` does when it is shown. */
export interface JsonLine {
  /** As given with the piece that brought its end. */
  readonly at: number;
  /** Of the line, from 1; empty lines count and are not given. */
  readonly line: number;
  /** Without its line end, and without the record separator of RFC 7464. */
  readonly text: string;
  /** Characters that were dropped as beyond `JSON_LINE_MAX`. */
  readonly omitted: number;
  /** The stream ended without a line end: the value may be cut off. */
  readonly isOpen: boolean;
}

/** Reads newline-delimited JSON, or a JSON text sequence, as it comes. Holds one line at most. */
export class JsonLinesReader {
  readonly #lines = new LineReader(JSON_LINE_MAX, 'feed');
  #count = 0;

  /** The lines that `text` completes. `at` is when it came, in any unit. */
  push(text: string, at: number): JsonLine[] {
    const found: JsonLine[] = [];
    for (const line of this.#lines.push(text)) found.push(...this.#take(line, at, false));
    return found;
  }

  /** The stream has ended: the line that is still open, if there is one. */
  end(at: number): JsonLine[] {
    const line = this.#lines.end();
    return line === undefined ? [] : this.#take(line, at, true);
  }

  #take({ text, omitted }: TextLine, at: number, isOpen: boolean): JsonLine[] {
    this.#count++;
    const start = text.startsWith('\x1e') || text.startsWith('\ufeff') ? 1 : 0;
    const shown = text.slice(start, text.endsWith('\r') ? -1 : undefined);
    if (shown.trim() === '' && omitted === 0) return [];
    return [{ at, line: this.#count, text: shown, omitted, isOpen }];
  }
}
