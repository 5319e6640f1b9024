import type { Readable } from 'node:stream';
import type { MuxStream } from '@sellia/protocol';
import { guarded } from './guarded.ts';

/** Readable to stream, paused while the stream has enough. The owner handles end and error. */
export class Source {
  readonly #stream: MuxStream;
  readonly #readable: Readable;
  readonly #watch: ((chunk: Uint8Array) => void) | undefined;
  readonly #readableOnData: (chunk: Uint8Array) => void;
  #isDetached = false;
  #isPaused = false;

  /** `broke` hears what is thrown at a chunk: nobody else would. `watch` is shown each chunk first. */
  constructor(
    stream: MuxStream,
    readable: Readable,
    broke: (error: unknown) => void,
    watch?: (chunk: Uint8Array) => void,
  ) {
    this.#stream = stream;
    this.#readable = readable;
    this.#watch = watch;
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
    this.#watch?.(chunk);
    if (this.#stream.write(chunk)) return;
    this.#isPaused = true;
    this.#readable.pause();
  }
}
