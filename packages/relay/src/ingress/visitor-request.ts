import { IncomingMessage } from 'node:http';

/**
 * A visitor's request that can hold its connection still. `pause` alone would let node parse on and
 * keep up to 64 KiB of body, which of one-byte chunks are 65,536 buffers.
 */
export class VisitorRequest extends IncomingMessage {
  #isHeld = false;

  /** Nothing more is read; what the parser is in the midst of still comes as `data`. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.socket.pause();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    super._read(0);
  }

  /** Asked for by the stream when it wants more: node starts the socket again here. */
  override _read(size: number): void {
    if (!this.#isHeld) super._read(size);
  }
}
