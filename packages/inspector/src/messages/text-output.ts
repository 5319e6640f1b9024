/** Levels that are indented; what is deeper stands below the last. */
const INDENTED_MAX = 40;
const CUT = '\n…';

/** Text that grows up to a bound, and then takes nothing more. */
export class TextOutput {
  readonly #pieces: string[] = [];
  #left: number;
  #isCut = false;

  /** `most` UTF-16 units, and two for the mark of a cut. */
  constructor(most: number) {
    this.#left = most;
  }

  /** Something was left off. */
  get isCut(): boolean {
    return this.#isCut;
  }

  add(piece: string): void {
    if (piece.length <= this.#left) this.#pieces.push(piece);
    else if (!this.#isCut) this.#pieces.push(piece.slice(0, this.#left));
    this.#isCut ||= piece.length > this.#left;
    this.#left = this.#isCut ? 0 : this.#left - piece.length;
  }

  /** A new line, so many levels in. */
  line(level: number): void {
    this.add(`\n${'  '.repeat(Math.min(level, INDENTED_MAX))}`);
  }

  toString(): string {
    const text = this.#pieces.join('');
    return this.#isCut ? `${text.toWellFormed()}${CUT}` : text;
  }
}
