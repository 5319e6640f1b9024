import { encodeTrailers, type HeaderLines, limits, type MuxStream } from '@sellia/protocol';
import type { ExchangeTap } from './exchange.ts';
import { type BadHead, checkInterim, checkResponse, isBad } from './response-head.ts';
import { keepTrailers } from './trailers.ts';

/** What became of a piece of body. */
export type Taken = 'more' | 'wait' | 'excess';

/**
 * The response on its way from the upstream to the stream: heads checked, body counted, trailers
 * filtered. The body is the upstream's bytes, untouched.
 */
export class Download {
  readonly #stream: MuxStream;
  readonly #method: string;
  readonly #expects: boolean;
  readonly #tap: ExchangeTap | undefined;
  #infos = 0;
  /** Bytes still to come by Content-Length, or -1. */
  #left = -1;
  #isEnded = false;

  /** `expects`: the visitor asked for a `100 Continue`. */
  constructor(stream: MuxStream, method: string, expects: boolean, tap: ExchangeTap | undefined) {
    this.#stream = stream;
    this.#method = method;
    this.#expects = expects;
    this.#tap = tap;
  }

  /** An interim head. A `100 Continue` that nobody asked for goes no further. */
  info(status: number, reason: string, lines: HeaderLines): BadHead | undefined {
    if (++this.#infos > limits.INFO_MAX) {
      return { code: 'SELLIA_UPSTREAM_INVALID', reason: 'too many interim responses' };
    }
    const head = checkInterim(status, reason, lines);
    if (isBad(head)) return head;
    if (status !== 100 || this.#expects) this.#stream.info(head.text);
    return undefined;
  }

  head(status: number, reason: string, lines: HeaderLines): BadHead | undefined {
    const head = checkResponse(this.#method, status, reason, lines);
    if (isBad(head)) return head;
    this.#tap?.responseHead(head.status, head.reason, head.headers);
    this.#isEnded = head.ended;
    this.#left = head.length;
    this.#stream.head(head.text, head.ended);
    return undefined;
  }

  data(chunk: Uint8Array): Taken {
    if (this.#isEnded) return 'excess';
    if (this.#left < 0) return this.#write(chunk);
    if (chunk.length > this.#left) {
      if (this.#left > 0) this.#write(chunk.subarray(0, this.#left));
      this.#left = 0;
      return 'excess';
    }
    this.#left -= chunk.length;
    return this.#write(chunk);
  }

  /** The upstream's end. False when its Content-Length promised more. */
  end(trailers: HeaderLines): boolean {
    if (this.#isEnded) return true;
    if (this.#left > 0) return false;
    this.#isEnded = true;
    const kept = trailers.length === 0 ? trailers : keepTrailers(trailers);
    if (kept === undefined || kept.length === 0) {
      this.#stream.end();
    } else {
      this.#tap?.trailers('response', kept);
      this.#stream.trailers(encodeTrailers(kept));
    }
    return true;
  }

  #write(chunk: Uint8Array): Taken {
    this.#tap?.responseChunk(chunk);
    return this.#stream.write(chunk) ? 'more' : 'wait';
  }
}
