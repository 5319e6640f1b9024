import type { Writable } from 'node:stream';
import { type Shown, styled } from '@sellia/terminal';

/**
 * stdout of a command that prints what it has found, all of it: a slow reader slows the command
 * down. When the reader is gone (`| head`), nothing more is written, and `isGone` says so.
 */
export class Results {
  readonly #stream: Writable;
  readonly #asked: AbortSignal;
  #isGone = false;

  /** `asked` ends all waiting. */
  constructor(stream: Writable, asked: AbortSignal) {
    this.#stream = stream;
    this.#asked = asked;
    stream.on('error', () => {
      this.#isGone = true;
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Lines; what is not `Styled` is escaped. Settles when there is room for more. */
  async print(...lines: Shown[]): Promise<void> {
    for (const line of lines) await this.write(`${styled`${line}`.text}\n`);
  }

  /** As it is. Settles when it is written, or when nobody waits for that any more. */
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.#isGone || this.#asked.aborted) return;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#asked.addEventListener('abort', resolve, { once: true });
    this.#stream.write(bytes, resolve);
    await promise;
    this.#asked.removeEventListener('abort', resolve);
  }
}
