import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type ErrorCode,
  type HeaderLines,
  headerValue,
  type MuxStream,
  type OpenHead,
  type StreamHandler,
} from '@sellia/protocol';
import {
  ByteQueue,
  Farewell,
  RESTART_CLOSE_CODE,
  Splice,
  type SplicedSide,
  type SpliceOptions,
} from '@sellia/session';
import type { ClosedWith } from './exchange-fact.ts';
import type { ExchangeTap } from './exchange-tap.ts';
import { Forward, type ForwardContext } from './forward.ts';
import { prepareRequest } from './request-head.ts';
import { checkSwitch, isBad } from './response-head.ts';
import type { UpstreamFailure } from './upstream.ts';

/** A WebSocket that ended without a close frame (RFC 6455 section 7.1.5). */
const NO_CLOSE_CODE = 1006;
/** RFC 6455 section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * One upgraded connection. Until the upstream has switched this is an exchange without a body; its
 * refusal is an ordinary response. After a right 101 the bytes are spliced; of them only the heads of
 * WebSocket frames are looked at, so that a relay that goes away is told to the upstream in a frame.
 *
 *     relay  -- OPEN upgrade ------> | -- GET, Upgrade -->  upstream
 *            <-- HEAD 101, DATA ---- | <-- 101, bytes ----
 *            <-- DATA ------------>  | <-- bytes ------->
 */
export class UpgradeForward extends Forward implements StreamHandler {
  readonly #accept: string;
  /** What the visitor sent before the 101; at most the stream's window. */
  readonly #early = new ByteQueue();
  #hasVisitorEnded = false;

  /** Takes the stream over. */
  constructor(
    stream: MuxStream,
    open: OpenHead,
    ended: boolean,
    context: ForwardContext,
    tap: ExchangeTap | undefined,
  ) {
    super(stream, open.request.method, false, context, tap);
    stream.handler = this;
    this.#hasVisitorEnded = ended;
    const key = headerValue(open.request.headers, 'sec-websocket-key') ?? '';
    this.#accept = createHash('sha1').update(`${key}${WEBSOCKET_GUID}`, 'latin1').digest('base64');
    const request = prepareRequest(open, false, context.host);
    if ('reason' in request) {
      this.fail('SELLIA_BAD_REQUEST', request.reason);
      return;
    }
    context.heads.start(this.headWait);
    this.exchange = context.upstream.send(request, this.guard, true);
  }

  onTrailers(): void {}

  onData(chunk: Uint8Array): void {
    if (!this.isOver) this.#early.push(chunk);
  }

  onEnd(): void {
    this.#hasVisitorEnded = true;
  }

  /** The upstream refused: its own answer has gone to the visitor. */
  onComplete(trailers: HeaderLines): void {
    if (this.isOver) return;
    this.isOver = true;
    this.download.end(trailers);
    this.stream.stop('SELLIA_STOPPED', 'the upgrade was refused');
    this.tap?.closed(this.context.clock.now());
  }

  onWritable(): void {
    if (!this.isOver && !this.hasHead) this.context.heads.start(this.headWait);
  }

  onSwitch(
    status: number,
    reason: string,
    lines: HeaderLines,
    socket: Socket,
    rest: Uint8Array,
  ): void {
    this.context.heads.stop(this.headWait);
    const head = checkSwitch(status, reason, lines, this.#accept);
    if (isBad(head)) {
      socket.destroy();
      this.refuse(head);
      return;
    }
    this.isOver = true;
    this.tap?.answered(this.context.clock.now());
    this.tap?.responseHead(head);
    this.tap?.upgraded();
    this.stream.head(head.text, false);
    if (rest.length > 0) socket.unshift(rest);
    this.#splice(socket);
  }

  onFailure(failure: UpstreamFailure): void {
    this.fail(failure.code, failure.reason);
  }

  /** The splice owns stream and socket from here on. */
  #splice(socket: Socket): void {
    const farewell = new Farewell(this.context.clock, () => randomBytes(4));
    const splice = new Splice(this.stream, socket, {
      lostCode: 'SELLIA_UPSTREAM_RESET',
      farewell,
      onFault: (error) => this.context.onFault(error),
      ...(this.tap === undefined ? {} : this.#observers(this.tap, farewell)),
    });
    if (this.tap !== undefined) this.context.sockets.add(this.tap.exchange, splice);
    for (let chunk = this.#early.shift(); chunk !== undefined; chunk = this.#early.shift()) {
      splice.onData(chunk);
    }
    if (this.#hasVisitorEnded) splice.onEnd();
    socket.resume();
  }

  #observers(tap: ExchangeTap, farewell: Farewell): Pick<SpliceOptions, 'onBytes' | 'onClosed'> {
    const { clock, sockets } = this.context;
    let close: ClosedWith | undefined;
    return {
      onBytes: (from, chunk, isOwn) => {
        if (from === 'stream') tap.requestChunk(chunk, isOwn);
        else tap.responseChunk(chunk, isOwn);
        close ??= firstClose(farewell);
      },
      onClosed: (code, first) => {
        sockets.delete(tap.exchange);
        close ??= firstClose(farewell);
        if (code === undefined) tap.closed(clock.now(), close ?? unsaid(first));
        else tap.failed(clock.now(), code, 'the connection ended early', close);
      },
    };
  }

  protected override letGo(code: ErrorCode, reason: string): void {
    this.#early.clear();
    super.letGo(code, reason);
  }
}

/** Whose connection ended without a close frame. */
function unsaid(first: SplicedSide | undefined): ClosedWith {
  return { code: NO_CLOSE_CODE, side: first === 'stream' ? 'visitor' : 'upstream' };
}

/** Asked behind each chunk, and so told of the first close frame of either direction. */
function firstClose({ isSaid, toSocket, fromSocket }: Farewell): ClosedWith | undefined {
  if (isSaid) return { code: RESTART_CLOSE_CODE, side: 'relay' };
  if (toSocket.isClosed) return { code: toSocket.closeCode, side: 'visitor' };
  if (fromSocket.isClosed) return { code: fromSocket.closeCode, side: 'upstream' };
  return undefined;
}
