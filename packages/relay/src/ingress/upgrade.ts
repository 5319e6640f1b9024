import { createHash } from 'node:crypto';
import { type IncomingMessage, ServerResponse } from 'node:http';
import {
  decodeResponse,
  type ErrorCode,
  headerValue,
  headerValues,
  type MuxStream,
  ProtocolError,
  type ResponseHead,
  type StreamHandler,
} from '@sellia/protocol';
import { cut, Farewell, Splice } from '@sellia/session';
import { type FailureCode, failureFromWire, failureOf } from '../failures.ts';
import type { LeaseHolder } from '../names/lease.ts';
import { discardInput } from './closing.ts';
import { type Entrant, enterTunnel, type HeldRequest } from './entrance.ts';
import type { ExchangeParts } from './exchange.ts';
import { failureBytes } from './failure-answer.ts';
import { openingOf, type TunnelRequest } from './opening.ts';
import type { Pipeline, Turn } from './pipeline.ts';
import { ExchangeRecord } from './record.ts';
import type { CheckedRequest } from './request.ts';
import { linesText, type ResponseOwner, ResponseWriter, writeInterim } from './response.ts';
import { checkInterim, checkResponse, checkSwitch } from './response-head.ts';

/** 16 bytes in base64 (RFC 6455 section 4.1). */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** RFC 6455 section 1.3. */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * What an upgrade request is: a WebSocket handshake, a plain request where the upgrade may be
 * ignored (RFC 9110 section 7.8), or wrong. A handshake has no body: it would reach the upstream
 * as the first bytes of another protocol.
 */
export function upgradeKind(
  request: IncomingMessage,
  checked: CheckedRequest,
): 'websocket' | 'plain' | FailureCode {
  const { rawHeaders } = request;
  const [protocol, ...others] = headerValues(rawHeaders, 'upgrade');
  const isWebSocket = others.length === 0 && protocol?.trim().toLowerCase() === 'websocket';
  if (!isWebSocket || request.httpVersionMinor === 0) return 'plain';
  const hasLength = headerValue(rawHeaders, 'content-length') !== undefined;
  if (checked.hasBody || hasLength || checked.method !== 'GET') return 'SELLIA_BAD_UPGRADE';
  const [version, ...versions] = headerValues(rawHeaders, 'sec-websocket-version');
  if (version !== '13' || versions.length > 0) return 'SELLIA_UPGRADE_VERSION';
  const [key = '', ...keys] = headerValues(rawHeaders, 'sec-websocket-key');
  return KEY.test(key) && keys.length === 0 ? 'websocket' : 'SELLIA_BAD_UPGRADE';
}

/** Node's response on a socket without node's parser: the last one of its connection. */
function detachedResponse(request: IncomingMessage, pipeline: Pipeline): ServerResponse {
  const { socket } = pipeline;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => {
    response.detachSocket(socket);
    pipeline.end();
  });
  return response;
}

/**
 * A WebSocket handshake and, after its 101, the connection spliced to the stream. Bytes of the
 * visitor that come before the 101 are kept, so many and no more. Whatever else the upstream
 * answers is the answer, and the connection ends behind it.
 */
export class UpgradeTurn implements Turn, Entrant, StreamHandler, ResponseOwner {
  readonly request: IncomingMessage;
  readonly #pipeline: Pipeline;
  readonly #asked: TunnelRequest;
  readonly #parts: ExchangeParts;
  readonly #upgraded: Set<UpgradeTurn>;
  #early: Uint8Array[];
  #earlyBytes: number;
  #stream: MuxStream | undefined;
  #held: HeldRequest | undefined;
  #writer: ResponseWriter | undefined;
  #record: ExchangeRecord | undefined;
  #status = 0;
  #splice: Splice | undefined;
  #isSettled = false;
  #whenSettled: (() => void) | undefined;
  /** Bytes both ways when a sweep last saw the half-closed connection move, and when. */
  #moved = -1;
  #waitingSince = -1;

  /** Is in `upgraded` from its 101 to its end. */
  constructor(
    request: IncomingMessage,
    head: Uint8Array,
    pipeline: Pipeline,
    asked: TunnelRequest,
    parts: ExchangeParts,
    upgraded: Set<UpgradeTurn>,
  ) {
    this.request = request;
    this.#pipeline = pipeline;
    this.#asked = asked;
    this.#parts = parts;
    this.#upgraded = upgraded;
    this.#early = head.length === 0 ? [] : [head];
    this.#earlyBytes = head.length;
  }

  get hasAnswered(): boolean {
    return this.#status > 0;
  }

  begin(): void {
    const { socket } = this.#pipeline;
    socket.on('data', this.#socketOnData);
    if (this.#earlyBytes < this.#parts.limits.earlyBytes) socket.resume();
    this.#held = enterTunnel(this, this.#asked, this.#parts);
  }

  open(holder: LeaseHolder): boolean {
    const opening = openingOf('upgrade', this.#asked, holder.tunnel);
    const stream = holder.open(opening, this.#asked.head, false, this);
    if (stream === undefined) return false;
    const { clock, tell } = this.#parts;
    this.#held = undefined;
    this.#stream = stream;
    if (holder.reports !== undefined || tell !== undefined) {
      this.#record = new ExchangeRecord(this.#asked, stream.id, clock, holder.reports, tell);
    }
    return true;
  }

  refuse(code: FailureCode, holder: LeaseHolder | undefined): void {
    if (this.#isSettled) return;
    const { name, visitor, method, target } = this.#asked;
    const { status } = failureOf(code);
    this.#answerFailure(code);
    this.#isSettled = true;
    holder?.reports?.refused(status, code, method, target);
    this.#parts.tell?.({ type: 'visitor.refused', visitor, name, status, code });
  }

  onInfo(text: string): void {
    const head = decodeResponse(text);
    const lines = checkInterim(head);
    if (this.#isSettled || head.status === 100) return;
    writeInterim(this.#pipeline.socket, head.status, head.reason, lines);
  }

  onHead(text: string, ended: boolean): void {
    if (this.#isSettled) return;
    try {
      const head = decodeResponse(text);
      if (head.status === 101) this.#switch(head, ended);
      else this.#passRefusal(head, ended);
    } catch (error) {
      this.#breach(error);
    }
  }

  onData(chunk: Uint8Array): void {
    try {
      this.#writer?.data(chunk);
    } catch (error) {
      this.#breach(error);
    }
  }

  /** Only plain responses have trailers, and this visitor has not asked for any. */
  onTrailers(): void {}

  onEnd(): void {
    if (this.#isSettled || this.#writer === undefined) return;
    if (!this.#writer.end()) this.#settle('SELLIA_BODY_LENGTH');
  }

  onReset(code: ErrorCode): void {
    if (this.#isSettled || this.#writer?.isWhole === true) return;
    this.#fail(failureFromWire(code), code);
  }

  onStop(): void {}

  onDrain(): void {}

  responseDone(): void {
    this.#settle('');
  }

  /** Costs the connection, whose close ends what has not ended yet. */
  broke(error: unknown): void {
    this.#stream?.abort('SELLIA_INTERNAL', 'the upgrade failed');
    this.#pipeline.socket.destroy();
    this.#parts.tell?.({ type: 'fault', error });
  }

  requestBroke(): void {}

  visitorLeft(): void {
    this.#held?.cancel();
    if (this.#isSettled || this.#splice !== undefined) return;
    this.#stream?.abort('SELLIA_CANCELLED', 'the visitor left');
    this.#writer?.abandon();
    this.#settle('SELLIA_CANCELLED');
  }

  sweep(now: number): void {
    const { socket } = this.#pipeline;
    const { halfClosedIdleMs, responseHeadMs } = this.#parts.limits;
    const moved = socket.bytesRead + socket.bytesWritten - socket.writableLength;
    const hasEnded = socket.readableEnded || socket.writableEnded;
    const isHalfClosed = this.#splice !== undefined && hasEnded;
    const waits = isHalfClosed || (this.#stream !== undefined && !this.hasAnswered);
    if (!waits || moved !== this.#moved || this.#waitingSince < 0) {
      this.#moved = moved;
      this.#waitingSince = now;
    } else if (isHalfClosed) {
      if (now - this.#waitingSince >= halfClosedIdleMs) cut(socket);
    } else if (now - this.#waitingSince >= responseHeadMs) {
      this.#fail('SELLIA_UPSTREAM_TIMEOUT', 'SELLIA_UPSTREAM_TIMEOUT');
    }
  }

  /**
   * The relay goes: the visitor gets a close frame behind the message under way. Resolves when both
   * ends have answered it, or FAREWELL_MS later.
   */
  leave(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSettled = resolve;
      this.#splice?.leave();
      if (this.#isSettled) resolve();
    });
  }

  /** An upgraded connection ends now: cut, unless it has had its close frame. */
  destroy(): void {
    this.#splice?.destroy();
  }

  #switch(head: ResponseHead, ended: boolean): void {
    const lines = checkSwitch(head, this.#parts.domain);
    const key = headerValue(this.request.rawHeaders, 'sec-websocket-key') ?? '';
    const [accept, ...others] = headerValues(lines, 'sec-websocket-accept');
    if (accept !== acceptFor(key) || others.length > 0) {
      throw new ProtocolError('SELLIA_PROTOCOL', 'a 101 without the right Sec-WebSocket-Accept');
    }
    this.#answering(101);
    const { socket } = this.#pipeline;
    // What the upstream sent behind its 101 is about to follow, and leaves in the same write.
    socket.cork();
    process.nextTick(() => socket.uncork());
    const text = `HTTP/1.1 101 ${head.reason}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    socket.write(`${text}${linesText(lines)}\r\n`, 'latin1');
    this.#join(ended);
  }

  #join(ended: boolean): void {
    const stream = this.#stream as MuxStream;
    const { socket } = this.#pipeline;
    this.#pipeline.release();
    socket.off('data', this.#socketOnData);
    socket.pause();
    const farewell = new Farewell(this.#parts.clock);
    let hasRoom = true;
    for (const chunk of this.#early.splice(0)) {
      farewell.fromSocket.push(chunk);
      hasRoom = stream.write(chunk) && hasRoom;
    }
    const splice = new Splice(stream, socket, {
      lostCode: 'SELLIA_CANCELLED',
      farewell,
      onFault: (error) => this.#parts.tell?.({ type: 'fault', error }),
      onClosed: (code) => this.#settle(code ?? ''),
    });
    this.#splice = splice;
    this.#upgraded.add(this);
    if (hasRoom) socket.resume();
    if (ended) splice.onEnd();
  }

  /** The upstream answered, but not with a switch. */
  #passRefusal(head: ResponseHead, ended: boolean): void {
    const checked = checkResponse(head, 'GET', this.#parts.domain);
    const { socket } = this.#pipeline;
    const response = detachedResponse(this.request, this.#pipeline);
    const stream = this.#stream as MuxStream;
    this.#early = [];
    discardInput(socket, this.#parts.limits.earlyBytes);
    this.#writer = new ResponseWriter(response, stream, this.#parts.flusher, this);
    this.#answering(head.status);
    stream.end();
    this.#writer.begin(checked, ended, true);
  }

  #answering(status: number): void {
    this.#status = status;
    this.#record?.answered();
    this.#pipeline.answering(true);
  }

  #answerFailure(code: FailureCode): void {
    this.#early = [];
    this.#answering(failureOf(code).status);
    this.#pipeline.socket.write(failureBytes(code, this.#asked));
    this.#pipeline.end();
  }

  #breach(error: unknown): never {
    this.#fail(
      error instanceof ProtocolError ? 'SELLIA_PROTOCOL' : 'SELLIA_INTERNAL',
      'SELLIA_PROTOCOL',
    );
    throw error;
  }

  #fail(code: FailureCode, cause: ErrorCode): void {
    if (this.#isSettled) return;
    if (this.#writer?.hasBegun === true) this.#writer.cut();
    else this.#answerFailure(code);
    this.#stream?.abort('SELLIA_CANCELLED', 'the upgrade failed');
    this.#settle(cause);
  }

  #settle(code: string): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#upgraded.delete(this);
    this.#record?.end(this.#status, code);
    this.#whenSettled?.();
  }

  readonly #socketOnData = (chunk: Uint8Array): void => {
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes >= this.#parts.limits.earlyBytes) this.#pipeline.socket.pause();
  };
}

function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
}
