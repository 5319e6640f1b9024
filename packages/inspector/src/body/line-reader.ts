/** One line of a text that comes in pieces. */
export interface TextLine {
  readonly text: string;
  /** Characters beyond the reader's bound, which were dropped. */
  readonly omitted: number;
}

/** What ends a line. `any`: CR, LF or both; `feed`: LF alone. */
export type LineEnds = 'any' | 'feed';

const ENDS: Readonly<Record<LineEnds, RegExp>> = { any: /[\r\n]/g, feed: /\n/g };

/**
 * Cuts text into lines as it comes. It holds at most `longest` characters, and looks at each
 * character once, however the text is cut.
 */
export class LineReader {
  readonly #longest: number;
  readonly #ends: LineEnds;
  #held = '';
  #omitted = 0;
  #isAfterReturn = false;

  constructor(longest: number, ends: LineEnds) {
    this.#longest = longest;
    this.#ends = ends;
  }

  /** Characters of the line that has not ended. */
  get held(): number {
    return this.#held.length;
  }

  /** The lines that `text` ends. With a CR the line is over: an LF that follows adds none. */
  *push(text: string): Generator<TextLine> {
    if (text === '') return;
    let at = this.#isAfterReturn && text[0] === '\n' ? 1 : 0;
    this.#isAfterReturn = false;
    const pattern = ENDS[this.#ends];
    while (at < text.length) {
      pattern.lastIndex = at;
      const end = pattern.test(text) ? pattern.lastIndex - 1 : text.length;
      this.#hold(text.slice(at, end));
      if (end === text.length) return;
      at = end + 1;
      if (text[end] === '\r') at = this.#passFeed(text, at);
      yield this.#take();
    }
  }

  /** The line that no line end has closed; undefined if there is none. */
  end(): TextLine | undefined {
    this.#isAfterReturn = false;
    return this.#held === '' && this.#omitted === 0 ? undefined : this.#take();
  }

  #passFeed(text: string, at: number): number {
    this.#isAfterReturn = at === text.length;
    return text[at] === '\n' ? at + 1 : at;
  }

  #hold(text: string): void {
    const room = this.#longest - this.#held.length;
    this.#held += text.slice(0, room);
    this.#omitted += Math.max(0, text.length - room);
  }

  #take(): TextLine {
    const line = { text: this.#held, omitted: this.#omitted };
    this.#held = '';
    this.#omitted = 0;
    return line;
  }
}
