/** Reads a regular expression character by character. */
export class SourceReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  /** The character `ahead` of here; empty behind the end. */
  peek(ahead = 0): string {
    return this.#source.charAt(this.#at + ahead);
  }

  /** The character here, and on; empty at the end. */
  take(): string {
    return this.#source.charAt(this.#at++);
  }

  /** Goes on behind `text` when it stands here. */
  accept(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** What `expression` (sticky) matches here, at most `lengthMax` characters of it; empty without. */
  takeMatch(expression: RegExp, lengthMax = Number.POSITIVE_INFINITY): string {
    expression.lastIndex = this.#at;
    const text = (expression.exec(this.#source)?.[0] ?? '').slice(0, lengthMax);
    this.#at += text.length;
    return text;
  }
}
