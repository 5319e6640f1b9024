import type { Readable } from 'node:stream';
import type { MuxStream } from '@sellia/protocol';
import { guarded } from './guarded.ts';

/** Readable to stream, paused while the stream has enough. The owner handles end and error. */
export class Source {
  readonly #stream: MuxStream;
  readonly #readable: Readable;
  readonly #write: ((chunk: Uint8Array) => boolean) | undefined;
  readonly #readableOnData: (chunk: Uint8Array) => void;
  #isDetached = false;
  #isPaused = false;

  /** `broke` hears what is thrown at a chunk: nobody else would. `write` stands for that of the stream. */
  constructor(
    stream: MuxStream,
    readable: Readable,
    broke: (error: unknown) => void,
    write?: (chunk: Uint8Array) => boolean,
  ) {
    this.#stream = stream;
    this.#readable = readable;
    this.#write = write;
    this.#readableOnData = guarded(broke, (chunk) => this.#pass(chunk));
    readable.on('data', this.#readableOnData);
  }

  /** The stream has enough for now. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** From `onDrain`. */
  resume(): void {
    this.#isPaused = false;
    if (!this.#isDetached) this.#readable.resume();
  }

  /** Reads no more; the readable stays paused until its owner decides. */
  detach(): void {
    this.#isDetached = true;
    this.#readable.off('data', this.#readableOnData);
    this.#readable.pause();
  }

  #pass(chunk: Uint8Array): void {
    const hasRoom = this.#write === undefined ? this.#stream.write(chunk) : this.#write(chunk);
    if (hasRoom) return;
    this.#isPaused = true;
    this.#readable.pause();
  }
}
