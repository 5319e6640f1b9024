/** No head of a subject is longer. */
const HEAD_MAX = 16 * 1024;

/**
 * Counts responses on a kept-alive connection by their Content-Length; does not look at bodies.
 * Throws when a response has none: every answer here has a known length.
 */
export class ResponseReader {
  status = 0;
  /** Bytes of bodies so far. */
  bodyBytes = 0;
  readonly #onEnd: () => void;
  #head = '';
  #left = 0;
  #inBody = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#inBody ? this.#body(chunk, at) : this.#readHead(chunk, at);
  }

  #body(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    this.#left -= taken;
    this.bodyBytes += taken;
    this.#endIfOver();
    return at + taken;
  }

  #readHead(chunk: Buffer, at: number): number {
    const before = this.#head.length;
    this.#head += chunk.toString('latin1', at, Math.min(chunk.length, at + HEAD_MAX));
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#head.length >= HEAD_MAX) throw new Error('endless response head');
      return chunk.length;
    }
    this.#begin(this.#head.slice(0, end));
    this.#head = '';
    return at + end + 4 - before;
  }

  #begin(head: string): void {
    const length = head.match(/\r\ncontent-length: *(\d+)/i);
    if (length === null) throw new Error(`response without Content-Length: ${head.slice(0, 100)}`);
    this.status = Number(head.slice(9, 12));
    this.#left = Number(length[1]);
    this.#inBody = true;
    this.#endIfOver();
  }

  #endIfOver(): void {
    if (this.#left > 0) return;
    this.#inBody = false;
    this.#onEnd();
  }
}
