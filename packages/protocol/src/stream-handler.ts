import type { ErrorCode } from './errors.ts';

/**
 * What the owner of a stream is told, in the order of arrival. Every call is made from
 * `Mux.receive` or `Mux.fail`; an exception out of a handler aborts that stream alone, and the
 * handler then hears `onReset`.
 */
export interface StreamHandler {
  /** A response head (`encodeResponse`). `ended`: no body follows. */
  onHead(text: string, ended: boolean): void;
  /** An interim (1xx) head. */
  onInfo(text: string): void;
  /**
   * Body or spliced bytes. The reader owns `chunk` (a view into the received message: copy it to
   * keep a small one for long) and must say `consume(chunk.length)` when the bytes have left.
   */
  onData(chunk: Uint8Array): void;
  onTrailers(text: string): void;
  /** Clean end of the peer's direction. */
  onEnd(): void;
  /** The peer sends no more; all it sent before has been delivered. */
  onReset(code: ErrorCode, reason: string): void;
  /** The peer reads no more; what was queued is dropped and a RESET is already on its way. */
  onStop(code: ErrorCode, reason: string): void;
  /** After `write` returned false: write on. */
  onDrain(): void;
}

/** Of an accepted stream until its owner has set its own. */
export const UNOWNED: StreamHandler = {
  onHead() {},
  onInfo() {},
  onData() {},
  onTrailers() {},
  onEnd() {},
  onReset() {},
  onStop() {},
  onDrain() {},
};
