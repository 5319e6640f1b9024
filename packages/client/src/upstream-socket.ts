import { Socket } from 'node:net';
import { type Clock, isReset, type Timer } from '@sellia/session';
import type { DirectReader } from './direct-reader.ts';

/**
 * A socket that goes on reading after a failed write. A server that refuses an upload answers,
 * closes, and so resets the connection under our writes; Node would destroy the socket at the first
 * of them, and the answer that waits in the kernel with it.
 */
export class UpstreamSocket extends Socket {
  /** Where its bytes come from; a socket without one emits 'data'. */
  readonly reader: DirectReader | undefined;
  readonly #clock: Clock;
  readonly #graceMs: number;
  #timer: Timer | undefined;
  /** Of the first write that failed: the kernel tells an RST once. */
  #failure: Error | undefined;

  constructor(clock: Clock, graceMs: number, reader: DirectReader | undefined) {
    super(reader === undefined ? {} : { onread: reader });
    this.reader = reader;
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  override destroy(error?: Error): this {
    if (isWriteFailure(error) && !this.destroyed && !this.readableEnded) {
      // Each write that was waiting fails by itself.
      this.#failure ??= error;
      this.#timer ??= this.#clock.after(this.#graceMs, () => super.destroy(error));
      return this;
    }
    this.#timer?.cancel();
    return super.destroy(error);
  }

  /**
   * Node takes nothing from a socket with a failed write. What comes is handed on here instead,
   * paused or not: at most what the kernel had received when the server closed.
   */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (this.#timer === undefined || this.destroyed) return super.push(chunk, encoding);
    if (chunk !== null) this.emit('data', chunk);
    else this.#endAfterFailure();
    return true;
  }

  #endAfterFailure(): void {
    if (!isReset(this.#failure)) this.emit('end');
    this.#timer?.cancel();
    super.destroy(this.#failure);
  }
}

function isWriteFailure(error: Error | undefined): boolean {
  return (
    error !== undefined &&
    'syscall' in error &&
    (error.syscall === 'write' || error.syscall === 'writev' || error.syscall === 'shutdown')
  );
}
