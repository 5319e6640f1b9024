import { CLIENT_ERRORS, type ExchangeFact } from '@sellia/client';
import { ERRORS, type Side } from '@sellia/protocol';
import type { BodyFacts, ExchangeDetail } from '../exchange/detail.ts';
import { type HeaderLines, headerText, mediaTypeOf } from '../exchange/header-lines.ts';
import type { ExchangeFailure, ExchangeRow, SocketRow } from '../exchange/row.ts';
import { BodyCapture } from './body-capture.ts';
import { readHandshake } from './websocket/handshake.ts';
import type { SocketLevel } from './websocket/socket-detail.ts';
import { SocketTap } from './websocket/socket-tap.ts';

/** A WebSocket that ended without a close frame (RFC 6455 section 7.1.5). */
const NO_CLOSE = 1006;

type Fact<Type extends ExchangeFact['type']> = Extract<ExchangeFact, { type: Type }>;

/** Where an exchange belongs. */
export interface RecordPlace {
  readonly id: string;
  readonly order: number;
  readonly tunnel: string;
  /** Bytes kept of each body. */
  readonly bodyBytes: number;
}

/** One direction of an exchange. */
class Message {
  headers: HeaderLines = [];
  trailers: HeaderLines = [];
  readonly body: BodyCapture;

  constructor(bodyBytes: number) {
    this.body = new BodyCapture(bodyBytes);
  }

  get facts(): BodyFacts {
    return {
      bytes: this.body.bytes,
      keptBytes: this.body.kept.length,
      encoding: headerText(this.headers, 'content-encoding').toLowerCase(),
      type: headerText(this.headers, 'content-type'),
    };
  }
}

/** Memory of an exchange beside its texts and bodies (measured, on a full store), and of a WebSocket's figures. */
const OVERHEAD = 4 * 1024;
const SOCKET_OVERHEAD = 8 * 1024;

/** One exchange as far as it has come, made of its facts. Tells how much memory it takes. */
export class ExchangeRecord {
  readonly place: RecordPlace;
  readonly request: Message;
  readonly response: Message;
  isPinned = false;
  replayOf = '';
  note = '';
  readonly replays: string[] = [];
  #socket: SocketTap | undefined;
  readonly #fields: Omit<ExchangeRow, keyof RecordPlace | 'isPinned' | 'replayOf' | 'isTruncated'>;
  #close: Pick<SocketRow, 'close'> = {};
  #tlsVersion = '';
  #requestId = '';
  #relayMs = -1;
  #visitorFirstByteMs = -1;
  #visitorTotalMs = -1;
  /** Bytes of heads and bodies. */
  #held = OVERHEAD;
  #row: ExchangeRow | undefined;

  constructor(place: RecordPlace, at: number) {
    this.place = place;
    this.request = new Message(place.bodyBytes);
    this.response = new Message(place.bodyBytes);
    this.#fields = { ...EMPTY, startedAt: at };
  }

  /** Bytes of memory, about. */
  get held(): number {
    return this.#held;
  }

  /** Of a WebSocket that was opened. */
  get socket(): SocketTap | undefined {
    return this.#socket;
  }

  /** Nothing more will happen to it but a report. */
  get isOver(): boolean {
    return this.#fields.durationMs >= 0;
  }

  /** The same object until something changes. */
  get row(): ExchangeRow {
    this.#row ??= {
      id: this.place.id,
      order: this.place.order,
      tunnel: this.place.tunnel,
      ...this.#fields,
      requestBytes: this.request.body.bytes,
      responseBytes: this.response.body.bytes,
      isTruncated: this.request.body.isTruncated || this.response.body.isTruncated,
      isPinned: this.isPinned,
      replayOf: this.replayOf,
      ...this.#socketFields,
    };
    return this.#row;
  }

  get detail(): ExchangeDetail {
    const { firstByteMs, durationMs } = this.#fields;
    return {
      row: this.row,
      request: message(this.request),
      response: message(this.response),
      timing: {
        firstByteMs,
        durationMs,
        relayMs: this.#relayMs,
        visitorFirstByteMs: this.#visitorFirstByteMs,
        visitorTotalMs: this.#visitorTotalMs,
      },
      tlsVersion: this.#tlsVersion,
      requestId: this.#requestId,
      replays: [...this.replays],
      note: this.note,
    };
  }

  /** Frames tell of a closing before the connection has ended. */
  get #socketFields(): Partial<ExchangeRow> {
    if (this.#socket === undefined) return {};
    const socket = { ...this.#socket.snapshot(), ...this.#close };
    return this.#fields.state === 'open' ? { socket, state: this.#socket.state } : { socket };
  }

  /** What the row shows is another now. */
  touch(): void {
    this.#row = undefined;
  }

  /** Forgets the bodies, and what was recorded of a WebSocket. Bytes that this frees. */
  dropBodies(): number {
    const freed = this.request.body.drop() + this.response.body.drop() + this.#dropRecording();
    this.#held -= freed;
    this.touch();
    return freed;
  }

  #dropRecording(): number {
    const recorder = this.#socket?.recorder;
    if (recorder === undefined) return 0;
    const before = recorder.held;
    this.#socket?.stopRecording();
    recorder.clear();
    return before - recorder.held;
  }

  /** Contents of a WebSocket from now on, or (`stats`) no longer. False: it is none that is open. */
  setLevel(level: SocketLevel, at: number): boolean {
    if (this.#socket === undefined || this.isOver) return false;
    const before = this.#socket.recorder?.held ?? 0;
    if (level === 'stats') this.#socket.stopRecording();
    else this.#socket.record(level, at);
    this.#hold((this.#socket.recorder?.held ?? 0) - before);
    this.touch();
    return true;
  }

  /** What has happened to it. Counters are nothing new: it counts by itself. */
  tell(fact: ExchangeFact): void {
    if (fact.type === 'opened') this.#opened(fact);
    else if (fact.type === 'requestHead') this.#requestHead(fact);
    else if (fact.type === 'bodyChunk') this.#bodyChunk(fact);
    else if (fact.type === 'trailers') this.#trailers(fact);
    else if (fact.type === 'responseHead') this.#responseHead(fact);
    else if (fact.type === 'upgraded') this.#upgraded(fact);
    else if (fact.type === 'closed') this.#closed(fact);
    else if (fact.type === 'failed') this.#failed(fact);
    else if (fact.type === 'reported') this.#reported(fact);
    else if (fact.type === 'refused') this.#refused(fact);
  }

  #opened({ kind, opening, at }: Fact<'opened'>): void {
    const { scheme, visitorAddress: visitor, tlsVersion, requestId, receivedAt } = opening;
    const state = kind === 'upgrade' ? 'connecting' : 'pending';
    this.#change({ kind, scheme, visitor, state });
    this.#tlsVersion = tlsVersion;
    this.#requestId = requestId;
    this.#relayMs = at - receivedAt;
  }

  #requestHead({ method, target, headers }: Fact<'requestHead'>): void {
    this.request.headers = headers;
    const isWebSocket = /^websocket$/i.test(headerText(headers, 'upgrade'));
    const kind = this.#fields.kind === 'upgrade' && isWebSocket ? 'websocket' : this.#fields.kind;
    const [host, requestType] = [headerText(headers, 'host'), mediaTypeOf(headers)];
    // A visitor may send that header, too, but has an address.
    if (this.#fields.visitor === '') this.replayOf = headerText(headers, 'sellia-replay');
    this.#change({ method, target, kind, host, requestType });
    this.#hold(2 * (target.length + textLength(headers)));
  }

  #bodyChunk({ direction, chunk, at }: Fact<'bodyChunk'>): void {
    this.#hold(this[direction].body.push(chunk));
    if (this.#socket !== undefined) this.#tap(this.#socket, direction, chunk, at);
    this.touch();
  }

  #tap(socket: SocketTap, direction: 'request' | 'response', chunk: Uint8Array, at: number): void {
    const before = socket.recorder?.held ?? 0;
    socket.push(direction, chunk, at);
    this.#hold((socket.recorder?.held ?? 0) - before);
  }

  #trailers({ direction, headers }: Fact<'trailers'>): void {
    this[direction].trailers = headers;
    this.#hold(2 * textLength(headers));
  }

  #responseHead({ status, reason, headers, at }: Fact<'responseHead'>): void {
    this.response.headers = headers;
    const firstByteMs = at - this.#fields.startedAt;
    const isUpgrade = this.#fields.kind !== 'http';
    const state = isUpgrade ? (status === 101 ? 'connecting' : 'rejected') : 'streaming';
    this.#change({ status, reason, firstByteMs, state, responseType: mediaTypeOf(headers) });
    this.#hold(2 * textLength(headers));
  }

  /** Contents of an upgraded connection are not kept: that would cost too much, and be too much. */
  #upgraded({ at }: Fact<'upgraded'>): void {
    this.#hold(-this.request.body.onlyCount() - this.response.body.onlyCount());
    this.#change({ state: 'open' });
    if (this.#fields.kind !== 'websocket') return;
    const { request, response } = this;
    const handshake = readHandshake(request.headers, response.headers, this.#fields.status);
    this.#socket = new SocketTap(handshake, at);
    this.#hold(SOCKET_OVERHEAD);
  }

  #closed({ durationMs, close }: Fact<'closed'>): void {
    this.#closedBy(close);
    this.#change({ durationMs, state: this.#endState('done', 'closed') });
  }

  #failed({ durationMs, code, reason, close }: Fact<'failed'>): void {
    const failure: ExchangeFailure = { code, side: sideOf(code), reason };
    this.#closedBy(close ?? { code: NO_CLOSE, side: failure.side });
    this.#change({ durationMs, failure, state: this.#endState('failed', 'aborted') });
  }

  /** How it went at the relay: what the visitor got where the upstream gave nothing. */
  #reported({ report }: Fact<'reported'>): void {
    this.#visitorFirstByteMs = report.firstByteMs;
    this.#visitorTotalMs = report.totalMs;
    if (this.#fields.status === 0) this.#change({ status: report.status });
    else this.touch();
  }

  /** The relay answered by itself: all there will ever be. */
  #refused({ refusal }: Fact<'refused'>): void {
    const { method, target, status, code } = refusal;
    const failure: ExchangeFailure = { code, side: 'relay', reason: '' };
    this.#change({ method, target, status, failure, state: 'refused', durationMs: 0 });
    this.#hold(2 * target.length);
  }

  #endState<Http extends string, Socket extends string>(http: Http, socket: Socket) {
    if (this.#fields.kind === 'http') return http;
    return this.#fields.state === 'rejected' ? 'rejected' : socket;
  }

  /** The relay's farewell is not among the bytes of either side. */
  #closedBy(close: { readonly code: number; readonly side: Side } | undefined): void {
    if (this.#socket === undefined || this.#socket.close !== undefined) return;
    if (close !== undefined) this.#close = { close: { ...close, reason: '' } };
  }

  #change(fields: Partial<ExchangeRow>): void {
    Object.assign(this.#fields, fields);
    this.touch();
  }

  #hold(bytes: number): void {
    this.#held += bytes;
  }
}

const EMPTY = {
  kind: 'http',
  state: 'pending',
  method: '',
  target: '',
  host: '',
  scheme: 'http',
  visitor: '',
  startedAt: 0,
  status: 0,
  reason: '',
  firstByteMs: -1,
  durationMs: -1,
  requestType: '',
  responseType: '',
  requestBytes: 0,
  responseBytes: 0,
} as const;

function message({ headers, trailers, facts }: Message) {
  return { headers, trailers, body: facts };
}

function textLength(lines: HeaderLines): number {
  let length = 0;
  for (const text of lines) length += text.length;
  return length;
}

const SIDES: Readonly<Record<string, { readonly side: Side }>> = { ...CLIENT_ERRORS, ...ERRORS };

/** A code of a newer relay is the relay's. */
function sideOf(code: string): Side {
  return SIDES[code]?.side ?? 'relay';
}
