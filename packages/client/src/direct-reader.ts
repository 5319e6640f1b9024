import { Buffer } from 'node:buffer';
import type { OnReadOpts } from 'node:net';

/** What one read takes at most; node's own default. */
const READ_MAX = 64 * 1024;
/** A piece of at least this size is handed on in place: what it keeps alive is twice that at most. */
const KEEP_MIN = READ_MAX / 2;

/** Whatever is read is looked at before the next read, so one buffer serves all connections. */
const SHARED = Buffer.allocUnsafeSlow(READ_MAX);

/**
 * Reads a socket into a buffer that is there already, in place of a fresh one for each read: most
 * reads bring one small response. Where bodies are large, the buffer itself is handed on and
 * replaced, so that they are not copied.
 */
export class DirectReader implements OnReadOpts {
  /** Gets each read's bytes, lent until it returns: `own` what is to stay. */
  onBytes: ((bytes: Buffer) => void) | undefined;
  #current = SHARED;
  #isTaken = false;

  /** For node: where the next read goes. */
  readonly buffer = (): Buffer => this.#current;

  /** For node: a read has been done. */
  readonly callback = (length: number): boolean => {
    this.#isTaken = false;
    this.onBytes?.(this.#current.subarray(0, length));
    if (this.#isTaken) this.#current = Buffer.allocUnsafeSlow(READ_MAX);
    return true;
  };

  /** A piece of the lent bytes, to be kept. */
  own(piece: Buffer): Buffer {
    if (piece.length < KEEP_MIN) return Buffer.from(piece);
    const isShared = this.#current === SHARED;
    this.#isTaken = true;
    return isShared ? Buffer.from(piece) : piece;
  }

  /** Back to the shared buffer: what comes next is likely to be small. */
  release(): void {
    this.#isTaken = false;
    this.#current = SHARED;
  }
}
