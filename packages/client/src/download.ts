import {
  encodeTrailers,
  type HeaderLines,
  keepTrailers,
  limits,
  type MuxStream,
} from '@sellia/protocol';
import type { ExchangeTap } from './exchange-tap.ts';
import { type BadHead, checkInterim, checkResponse, isBad } from './response-head.ts';

/**
 * The response on its way from the upstream to the stream: heads checked, trailers filtered. The
 * body is the upstream's bytes, untouched; that they are as many as announced is its exchange's
 * concern.
 */
export class Download {
  readonly #stream: MuxStream;
  readonly #method: string;
  readonly #expects: boolean;
  readonly #tap: ExchangeTap | undefined;
  #infos = 0;
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
    this.#tap?.responseHead(head);
    this.#isEnded = head.ended;
    this.#stream.head(head.text, head.ended);
    return undefined;
  }

  /** False: stop until the stream has drained. */
  data(chunk: Uint8Array): boolean {
    this.#tap?.responseChunk(chunk);
    return this.#stream.write(chunk);
  }

  /** The upstream's end. */
  end(trailers: HeaderLines): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const kept = trailers.length === 0 ? trailers : keepTrailers(trailers);
    if (kept.length === 0) {
      this.#stream.end();
    } else {
      this.#tap?.trailers('response', kept);
      this.#stream.trailers(encodeTrailers(kept));
    }
  }
}
