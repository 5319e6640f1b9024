import type { Writable } from 'node:stream';
import { type Shown, shownText } from './styled.ts';

/**
 * Bytes held for a reader that has stopped reading (a paused terminal, `| less`). Past it lines are
 * left out and counted: a reader costs lines, never memory and never the tunnel's pace.
 */
const HELD_MAX = 1024 * 1024;

/** How long the end of a program waits for what is held to be read. */
const FLUSH_MS = 1000;

/** No room to write to: a file's owner has lost lines, and yet does not want the program to end. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);

/** Why nothing more can be written, and its error code. */
export type Loss = { readonly kind: 'gone' | 'full'; readonly code: string };

/**
 * The one way out to stdout and stderr. Escapes what is not `Styled`. When the reader is gone
 * (`| head -1`: EPIPE) or the disk is full, all further lines are dropped and `onLoss` is told, once.
 */
export class LineWriter {
  readonly #stream: Writable;
  readonly #onLoss: (loss: Loss) => void;
  readonly #describeLoss: (lines: number) => string;
  #isGone = false;
  #left = 0;
  /** Columns of the line that is drawn. */
  #drawn = 0;

  /** `describeLoss` makes the line that stands where lines were left out. */
  constructor(stream: Writable, onLoss: (loss: Loss) => void = () => {}, describeLoss = lossText) {
    this.#stream = stream;
    this.#onLoss = onLoss;
    this.#describeLoss = describeLoss;
    stream.on('error', (error: NodeJS.ErrnoException) => this.#lost(error.code ?? error.name));
  }

  print(...lines: Shown[]): void {
    for (const line of lines) this.#write(shownText(line));
  }

  /**
   * Shows a line where the cursor stands, on a terminal, in place of the one drawn before; it takes at
   * most `columns`, fewer than the terminal has. What is printed next takes its place.
   */
  draw(line: Shown, columns: number): void {
    if (this.#isGone || this.#stream.writableLength > 0) return;
    const text = shownText(line);
    this.#stream.write(this.#erasure() + text);
    this.#drawn = text === '' ? 0 : columns;
  }

  /** Settles when everything printed has been taken, or when nobody takes it. */
  flushed(): Promise<void> {
    if (this.#isGone) return Promise.resolve();
    return new Promise((resolve) => {
      const guard = setTimeout(resolve, FLUSH_MS);
      this.#stream.write('', () => {
        clearTimeout(guard);
        resolve();
      });
    });
  }

  #write(line: string): void {
    if (this.#isGone) return;
    if (this.#stream.writableLength + line.length > HELD_MAX) {
      this.#left += 1;
      return;
    }
    const note = this.#left === 0 ? '' : `${this.#describeLoss(this.#left)}\n`;
    this.#left = 0;
    this.#stream.write(`${this.#erasure()}${note}${line}\n`);
    this.#drawn = 0;
  }

  /** Blanks, not an escape sequence: understood by every terminal, and with NO_COLOR. */
  #erasure(): string {
    return this.#drawn === 0 ? '' : `\r${' '.repeat(this.#drawn)}\r`;
  }

  #lost(code: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#onLoss({ kind: FULL.has(code) ? 'full' : 'gone', code });
  }
}

function lossText(lines: number): string {
  return `(${lines} lines left out: nobody read them)`;
}

/** What the other way out says of a `full` loss; `name` is stdout or stderr. */
export function fullText(name: string, { code }: Loss): string {
  return `${name} cannot be written (${code}): nothing more is printed there, all else goes on`;
}
