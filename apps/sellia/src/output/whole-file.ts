import {
  closeSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { programFailure } from '@sellia/terminal';

/**
 * A file that is there whole or not at all: written beside its place, for its owner alone, and put
 * there at the end. What is no regular file, such as a pipe, is written to as it is. Throws Failures.
 */
export class WholeFile {
  readonly #path: string;
  /** Where it is written until it is whole. */
  readonly #part: string | undefined;
  #file: number | undefined;

  constructor(path: string) {
    const { target, isReplaceable } = placeOf(path);
    this.#path = target;
    this.#part = isReplaceable ? `${target}.${process.pid}.part` : undefined;
    this.#try(() => {
      this.#file =
        this.#part === undefined ? openSync(target, 'w') : openSync(this.#part, 'wx', 0o600);
    });
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    this.#try(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file as number, bytes, at);
    });
  }

  /** It is whole. */
  finish(): void {
    this.#try(() => {
      this.#closeFile();
      if (this.#part !== undefined) renameSync(this.#part, this.#path);
    });
  }

  /** Leaves nothing behind that is not whole. */
  close(): void {
    this.#closeFile();
    if (this.#part !== undefined) rmSync(this.#part, { force: true });
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #try(run: () => void): void {
    try {
      run();
    } catch (error) {
      const reason = `${this.#path} cannot be written: ${(error as Error).message}`;
      throw programFailure('SELLIA_FILE_FAILED', reason, []);
    }
  }
}

/** Behind links; a file that is not there yet can be made. */
function placeOf(path: string): { target: string; isReplaceable: boolean } {
  try {
    const target = realpathSync(path);
    return { target, isReplaceable: lstatSync(target).isFile() };
  } catch {
    return { target: path, isReplaceable: true };
  }
}
