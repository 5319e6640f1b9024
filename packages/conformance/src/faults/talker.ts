import type { ErrorCode, MuxStream, StreamHandler } from '@sellia/protocol';

/** Bytes of one write: no power of two, so that they meet frame boundaries everywhere. */
const PIECE = 7_001;

/** Which of the two directions of a stream. */
export type Way = 0 | 1;

/** Byte `offset` of what stream `id` carries in direction `way`. */
function byteAt(id: number, way: Way, offset: number): number {
  return ((Math.imul(offset + 1, 2_654_435_761) >>> 11) ^ (id * 31 + way * 97)) & 0xff;
}

/**
 * One end of a stream: writes `total` bytes as fast as it may, reads what comes, and compares each
 * byte with what the other end must have written.
 */
export class Talker implements StreamHandler {
  readonly problems: string[] = [];
  readonly #way: Way;
  readonly #total: number;
  #stream: MuxStream | undefined;
  #written = 0;
  #read = 0;
  #hasEnded = false;

  /** `way` is that of the bytes written; those of the other way are read. */
  constructor(way: Way, total: number) {
    this.#way = way;
    this.#total = total;
  }

  /** All is written, and the other direction has come to a clean end. */
  get isDone(): boolean {
    return this.#hasEnded && this.#written === this.#total;
  }

  /** Bytes that came. */
  get read(): number {
    return this.#read;
  }

  begin(stream: MuxStream): void {
    this.#stream = stream;
    if (this.#total === 0) stream.end();
    else this.onDrain();
  }

  onHead(_text: string, ended: boolean): void {
    if (ended) this.onEnd();
  }

  onInfo(): void {}

  onData(chunk: Uint8Array): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const wrong = chunk.findIndex(
      (byte, i) => byte !== byteAt(stream.id, (1 - this.#way) as Way, this.#read + i),
    );
    if (wrong >= 0) this.problems.push(`stream ${stream.id}: byte ${this.#read + wrong} is wrong`);
    this.#read += chunk.length;
    stream.consume(chunk.length);
  }

  onTrailers(): void {}

  onEnd(): void {
    if (this.#hasEnded) this.problems.push('a second end');
    this.#hasEnded = true;
  }

  onReset(code: ErrorCode): void {
    this.problems.push(`reset: ${code}`);
  }

  onStop(code: ErrorCode): void {
    this.problems.push(`stopped: ${code}`);
  }

  /** Writes until it is told to wait. */
  onDrain(): void {
    const stream = this.#stream;
    while (stream !== undefined && this.#written < this.#total) {
      const size = Math.min(PIECE, this.#total - this.#written);
      const from = this.#written;
      this.#written += size;
      const chunk = Uint8Array.from({ length: size }, (_, i) =>
        byteAt(stream.id, this.#way, from + i),
      );
      const mayGoOn = stream.write(chunk);
      if (this.#written === this.#total) stream.end();
      else if (!mayGoOn) return;
    }
  }
}
