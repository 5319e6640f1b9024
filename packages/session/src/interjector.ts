import type { WsBoundary } from '@sellia/protocol';

/** Frames of our own that wait for the end of a message. */
export const INTERJECTIONS_MAX = 16;

/**
 * One direction of a WebSocket into which whole messages of our own are put, between two of its owner's.
 * What comes in chunks of any cut goes out in order, nothing of it held.
 */
export class Interjector {
  readonly #boundary: WsBoundary;
  readonly #pass: (chunk: Uint8Array, isOwn: boolean) => void;
  readonly #waiting: Uint8Array[] = [];

  /** `boundary` has read what went before, and is pushed by this from now on. */
  constructor(boundary: WsBoundary, pass: (chunk: Uint8Array, isOwn: boolean) => void) {
    this.#boundary = boundary;
    this.#pass = pass;
  }

  /** Takes a frame, to go out at once or behind the message under way. False: it never would. */
  add(frame: Uint8Array): boolean {
    const { isClosed, isBroken } = this.#boundary;
    if (isClosed || isBroken || this.#waiting.length >= INTERJECTIONS_MAX) return false;
    this.#waiting.push(frame);
    this.#flush();
    return true;
  }

  push(chunk: Uint8Array): void {
    const length = this.#waiting.length === 0 ? 0 : this.#boundary.pushMessage(chunk);
    if (length > 0) this.#pass(chunk.subarray(0, length), false);
    this.#flush();
    if (length === chunk.length) return;
    const rest = chunk.subarray(length);
    this.#boundary.push(rest);
    this.#pass(rest, false);
  }

  #flush(): void {
    if (!this.#boundary.isBetweenMessages || this.#boundary.isClosed) return;
    for (const frame of this.#waiting.splice(0)) this.#pass(frame, true);
  }
}
