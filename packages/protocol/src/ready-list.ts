import { DATA_MAX, FRAME_HEADER } from './limits.ts';
import type { MuxStream } from './mux-stream.ts';

/** What a stream may send before its neighbours have their turn. */
const QUANTUM = FRAME_HEADER + DATA_MAX;
/** After so much from streams that have just woken, a waiting bulk stream has a turn. */
const FRESH_SHARE = 4 * QUANTUM;

/**
 * Streams that have something to send, in turn by bytes (deficit round robin). One that has just
 * woken goes first, for one quantum (as in RFC 8290): a small request never waits for bulk,
 * and bulk streams share what is left evenly.
 */
export class ReadyList {
  readonly #fresh = new Fifo();
  readonly #bulk = new Fifo();
  #freshSpent = 0;

  get isEmpty(): boolean {
    return this.#fresh.head === undefined && this.#bulk.head === undefined;
  }

  add(stream: MuxStream): void {
    if (stream.isReady) return;
    stream.isReady = true;
    stream.deficit = QUANTUM;
    this.#fresh.push(stream);
  }

  /** Whose turn it is. It stays first until `spent` moves it. */
  peek(): MuxStream | undefined {
    return this.#turn().head;
  }

  /** The stream of `peek` has written `bytes`; `idle`: it has nothing more that it could send. */
  spent(stream: MuxStream, bytes: number, idle: boolean): void {
    const list = this.#turn();
    stream.deficit -= bytes;
    if (list === this.#fresh) this.#freshSpent += bytes;
    if (!idle && stream.deficit > 0) return;
    if (list === this.#bulk) this.#freshSpent = 0;
    list.shift();
    if (idle) {
      stream.isReady = false;
      return;
    }
    stream.deficit += QUANTUM;
    this.#bulk.push(stream);
  }

  #turn(): Fifo {
    if (this.#fresh.head === undefined) return this.#bulk;
    return this.#freshSpent >= FRESH_SHARE && this.#bulk.head !== undefined
      ? this.#bulk
      : this.#fresh;
  }
}

class Fifo {
  head: MuxStream | undefined;
  #tail: MuxStream | undefined;

  push(stream: MuxStream): void {
    if (this.#tail === undefined) this.head = stream;
    else this.#tail.nextReady = stream;
    this.#tail = stream;
  }

  shift(): void {
    const first = this.head;
    if (first === undefined) return;
    this.head = first.nextReady;
    if (this.head === undefined) this.#tail = undefined;
    first.nextReady = undefined;
  }
}
