import type { HeaderLines, MuxStream } from '@sellia/protocol';
import { ByteQueue } from '@sellia/session';
import type { UpstreamExchange } from './upstream.ts';

/**
 * The request body on its way from the stream to the upstream. Holds what comes while the upstream
 * takes no more (at most the stream's window) and gives credit as bytes leave, so that an upstream
 * that does not read stops its visitor and nobody else.
 */
export class Upload {
  readonly #stream: MuxStream;
  readonly #exchange: UpstreamExchange;
  readonly #held = new ByteQueue();
  /** Bytes still to come by Content-Length, or -1. */
  #left: number;
  /** Written and not given back as credit. */
  #owed = 0;
  #isFull = false;
  #isSent = false;
  #trailers: HeaderLines | undefined;

  constructor(stream: MuxStream, exchange: UpstreamExchange, length: number) {
    this.#stream = stream;
    this.#exchange = exchange;
    this.#left = length;
  }

  /** Everything that came has been given to the upstream and was taken. */
  get isTaken(): boolean {
    return !this.#isFull;
  }

  /** ... and its end, too. */
  get isSent(): boolean {
    return this.#isSent;
  }

  /** False when the chunk goes beyond the Content-Length. */
  push(chunk: Uint8Array): boolean {
    if (this.#left >= 0) {
      if (chunk.length > this.#left) return false;
      this.#left -= chunk.length;
    }
    if (this.#isFull) this.#held.push(chunk);
    else this.#write(chunk);
    return true;
  }

  /** The visitor's end. False when the Content-Length promised more. */
  end(trailers: HeaderLines): boolean {
    if (this.#left > 0) return false;
    if (this.#held.length > 0) this.#trailers = trailers;
    else this.#end(trailers);
    return true;
  }

  /** The upstream takes bytes again. */
  drained(): void {
    this.#isFull = false;
    const owed = this.#owed;
    this.#owed = 0;
    this.#stream.consume(owed);
    while (!this.#isFull) {
      const chunk = this.#held.shift();
      if (chunk === undefined) break;
      this.#write(chunk);
    }
    if (this.#trailers === undefined || this.#held.length > 0) return;
    this.#end(this.#trailers);
    this.#trailers = undefined;
  }

  #end(trailers: HeaderLines): void {
    this.#exchange.end(trailers);
    this.#isSent = true;
  }

  #write(chunk: Uint8Array): void {
    if (this.#exchange.write(chunk)) {
      this.#stream.consume(chunk.length);
      return;
    }
    this.#owed += chunk.length;
    this.#isFull = true;
  }
}
