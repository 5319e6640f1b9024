import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type ErrorCode,
  type HeaderLines,
  headerValue,
  type MuxStream,
  type OpenHead,
  type StreamHandler,
} from '@sellia/protocol';
import { ByteQueue, Splice } from '@sellia/session';
import { Wait, type Waiter } from './deadline-queue.ts';
import { Download } from './download.ts';
import type { ExchangeTap } from './exchange.ts';
import type { ForwardContext } from './forward-http.ts';
import { prepareRequest } from './request-head.ts';
import { type BadHead, checkSwitch, isBad } from './response-head.ts';
import type { UpstreamExchange, UpstreamFailure, UpstreamHandler } from './upstream.ts';

/** RFC 6455 section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * One upgraded connection. Until the upstream has switched this is an exchange without a body; its
 * refusal is an ordinary response. After a right 101 the bytes are spliced and looked at no more.
 *
 *     relay  -- OPEN upgrade ------> | -- GET, Upgrade -->  upstream
 *            <-- HEAD 101, DATA ---- | <-- 101, bytes ----
 *            <-- DATA ------------>  | <-- bytes ------->
 */
export class UpgradeForward implements StreamHandler, UpstreamHandler, Waiter {
  readonly #stream: MuxStream;
  readonly #context: ForwardContext;
  readonly #tap: ExchangeTap | undefined;
  readonly #accept: string;
  readonly #download: Download;
  readonly #headWait = new Wait(this);
  #exchange: UpstreamExchange | undefined;
  /** What the visitor sent before the 101; at most the stream's window. */
  readonly #early = new ByteQueue();
  #hasVisitorEnded = false;
  #isOver = false;

  /** Takes the stream over. */
  constructor(
    stream: MuxStream,
    open: OpenHead,
    ended: boolean,
    context: ForwardContext,
    tap: ExchangeTap | undefined,
  ) {
    this.#stream = stream;
    this.#context = context;
    this.#hasVisitorEnded = ended;
    this.#tap = tap;
    this.#download = new Download(stream, open.request.method, false, this.#tap);
    stream.handler = this;
    const key = headerValue(open.request.headers, 'sec-websocket-key') ?? '';
    this.#accept = createHash('sha1').update(`${key}${WEBSOCKET_GUID}`, 'latin1').digest('base64');
    const request = prepareRequest(open, false, context.host);
    if ('reason' in request) {
      this.#fail('SELLIA_BAD_REQUEST', request.reason);
      return;
    }
    context.heads.start(this.#headWait);
    this.#exchange = context.upstream.send(request, this, true);
  }

  // The relay opens streams and sends no response.
  onHead(): void {}
  onInfo(): void {}
  onTrailers(): void {}

  onData(chunk: Uint8Array): void {
    if (!this.#isOver) this.#early.push(chunk);
  }

  onEnd(): void {
    this.#hasVisitorEnded = true;
  }

  onReset(code: ErrorCode, reason: string): void {
    this.#fail(code, reason);
  }

  onStop(code: ErrorCode, reason: string): void {
    this.#fail(code, reason);
  }

  onDrain(): void {
    this.#exchange?.resume();
  }

  onInterim(status: number, reason: string, lines: HeaderLines): void {
    const bad = this.#download.info(status, reason, lines);
    if (bad !== undefined) this.#refuse(bad);
  }

  /** The upstream refused: its own answer goes to the visitor. */
  onResponse(status: number, reason: string, lines: HeaderLines): void {
    this.#context.heads.stop(this.#headWait);
    const bad = this.#download.head(status, reason, lines);
    if (bad !== undefined) this.#refuse(bad);
  }

  onBody(chunk: Uint8Array): void {
    if (!this.#download.data(chunk)) this.#exchange?.pause();
  }

  onComplete(trailers: HeaderLines): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#download.end(trailers);
    this.#stream.stop('SELLIA_STOPPED', 'the upgrade was refused');
    this.#tap?.closed(this.#context.clock.now());
  }

  onWritable(): void {}

  onSwitch(
    status: number,
    reason: string,
    lines: HeaderLines,
    socket: Socket,
    rest: Uint8Array,
  ): void {
    this.#context.heads.stop(this.#headWait);
    const head = checkSwitch(status, reason, lines, this.#accept);
    if (isBad(head)) {
      socket.destroy();
      this.#refuse(head);
      return;
    }
    this.#isOver = true;
    this.#tap?.responseHead(head.status, head.reason, head.headers);
    this.#tap?.upgraded();
    this.#stream.head(head.text, false);
    if (rest.length > 0) socket.unshift(rest);
    this.#splice(socket);
  }

  onFailure(failure: UpstreamFailure): void {
    this.#fail(failure.code, failure.reason);
  }

  onDeadline(): void {
    this.#fail('SELLIA_UPSTREAM_TIMEOUT', 'no response head in time');
  }

  /** The splice owns stream and socket from here on. */
  #splice(socket: Socket): void {
    const tap = this.#tap;
    const { clock } = this.#context;
    const splice = new Splice(this.#stream, socket, {
      lostCode: 'SELLIA_UPSTREAM_RESET',
      ...(tap === undefined
        ? {}
        : {
            onBytes: (from, chunk) => {
              if (from === 'stream') tap.requestChunk(chunk);
              else tap.responseChunk(chunk);
            },
            onClosed: (code) => {
              if (code === undefined) tap.closed(clock.now());
              else tap.failed(clock.now(), code, 'the connection ended early');
            },
          }),
    });
    for (let chunk = this.#early.shift(); chunk !== undefined; chunk = this.#early.shift()) {
      splice.onData(chunk);
    }
    if (this.#hasVisitorEnded) splice.onEnd();
    socket.resume();
  }

  #refuse(bad: BadHead): void {
    this.#fail(bad.code, bad.reason);
  }

  #fail(code: ErrorCode, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.heads.stop(this.#headWait);
    this.#early.clear();
    this.#exchange?.abort();
    this.#stream.reset(code, reason);
    this.#stream.stop(code, reason);
    this.#tap?.failed(this.#context.clock.now(), code, reason);
  }
}
