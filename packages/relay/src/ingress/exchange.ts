import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  decodeResponse,
  decodeTrailers,
  type ErrorCode,
  keepTrailers,
  type MuxStream,
  ProtocolError,
  type StreamHandler,
} from '@sellia/protocol';
import type { Tell } from '../events.ts';
import { type FailureCode, failureFromWire, failureOf } from '../failures.ts';
import type { LeaseHolder } from '../names/lease.ts';
import { type EntranceParts, type Entrant, enterTunnel, type HeldRequest } from './entrance.ts';
import { answerFailure } from './failure-answer.ts';
import { openingOf, type TunnelRequest } from './opening.ts';
import type { Pipeline, Turn } from './pipeline.ts';
import { ExchangeRecord } from './record.ts';
import { type HeadFlusher, type ResponseOwner, ResponseWriter, writeInterim } from './response.ts';
import { checkInterim, checkResponse } from './response-head.ts';
import { Upload, type UploadOwner } from './upload.ts';

export interface ExchangeParts extends EntranceParts {
  /** The relay's, lower-case, without a port. */
  readonly domain: string;
  readonly flusher: HeadFlusher;
  readonly tell: Tell | undefined;
}

/**
 * One request of a visitor and its response, over one stream. It ends once, by `#settle`; whatever
 * comes later from either side is of no matter.
 */
export class Exchange implements Turn, Entrant, StreamHandler, ResponseOwner, UploadOwner {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #pipeline: Pipeline;
  readonly #asked: TunnelRequest;
  readonly #parts: ExchangeParts;
  #stream: MuxStream | undefined;
  #writer: ResponseWriter | undefined;
  #upload: Upload | undefined;
  #held: HeldRequest | undefined;
  #record: ExchangeRecord | undefined;
  /** What went so wrong that the connection ends behind the answer. */
  #brokenBy: FailureCode | undefined;
  #hasAnswered = false;
  #hasContinued: boolean;
  #isSettled = false;
  #status = 0;
  /** Time of the sweep that first saw it wait. */
  #waitingSince = -1;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    pipeline: Pipeline,
    asked: TunnelRequest,
    parts: ExchangeParts,
  ) {
    this.request = request;
    this.#response = response;
    this.#pipeline = pipeline;
    this.#asked = asked;
    this.#parts = parts;
    this.#hasContinued = !asked.checked.expectsContinue;
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  begin(): void {
    if (this.#brokenBy !== undefined) this.refuse(this.#brokenBy, undefined);
    else this.#held = enterTunnel(this, this.#asked, this.#parts);
  }

  open(holder: LeaseHolder): boolean {
    const { checked } = this.#asked;
    const opening = openingOf('http', this.#asked, holder.tunnel);
    const stream = holder.open(opening, this.#asked.head, !checked.hasBody, this);
    if (stream === undefined) return false;
    const { clock, flusher, tell } = this.#parts;
    this.#held = undefined;
    this.#stream = stream;
    this.#writer = new ResponseWriter(this.#response, stream, flusher, this);
    if (holder.reports !== undefined || tell !== undefined) {
      this.#record = new ExchangeRecord(this.#asked, stream.id, clock, holder.reports, tell);
    }
    if (checked.hasBody) {
      this.#upload = new Upload(
        this.request,
        stream,
        this.#pipeline,
        checked.isChunked,
        this.#parts,
        this,
      );
    }
    return true;
  }

  refuse(code: FailureCode, holder: LeaseHolder | undefined): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#hasAnswered = true;
    const { name, visitor, method, target } = this.#asked;
    const { status } = failureOf(code);
    this.#pipeline.answering(answerFailure(this.#response, code, this.#asked, this.#mustClose));
    holder?.reports?.refused(status, code, method, target);
    this.#parts.tell?.({ type: 'visitor.refused', visitor, name, status, code });
  }

  onInfo(text: string): void {
    if (this.#isSettled) return;
    const head = decodeResponse(text);
    const lines = checkInterim(head);
    const { socket } = this.#response;
    if (socket === null || this.request.httpVersionMinor === 0) return;
    if (head.status !== 100) writeInterim(socket, head.status, head.reason, lines);
    else if (!this.#hasContinued) this.#response.writeContinue();
    this.#hasContinued ||= head.status === 100;
  }

  onHead(text: string, ended: boolean): void {
    const writer = this.#writer;
    if (this.#isSettled || writer === undefined) return;
    try {
      const { domain } = this.#parts;
      const head = checkResponse(decodeResponse(text), this.#asked.method, domain);
      this.#answering(head.status);
      this.#pipeline.answering(writer.begin(head, ended, this.#mustClose));
    } catch (error) {
      this.#breach(error);
    }
  }

  onData(chunk: Uint8Array): void {
    if (this.#isSettled && this.#writer?.isWhole !== true) return;
    try {
      this.#writer?.data(chunk);
    } catch (error) {
      this.#breach(error);
    }
  }

  onTrailers(text: string): void {
    if (this.#isSettled) return;
    try {
      const lines = decodeTrailers(text);
      if (this.#asked.checked.acceptsTrailers) this.#writer?.trailers(keepTrailers(lines));
    } catch (error) {
      this.#breach(error);
    }
  }

  onEnd(): void {
    if (this.#isSettled || this.#writer === undefined) return;
    if (!this.#writer.end()) this.#settle('SELLIA_BODY_LENGTH');
  }

  onReset(code: ErrorCode): void {
    if (this.#isSettled || this.#writer?.isWhole === true) return;
    this.#fail(failureFromWire(code), code, 'SELLIA_CANCELLED');
  }

  onStop(): void {
    this.#upload?.stop();
  }

  onDrain(): void {
    this.#upload?.resume();
  }

  responseDone(): void {
    this.#settle('');
    // A body that is still coming has no reader any more.
    this.#upload?.stop();
    this.#stream?.reset('SELLIA_CANCELLED', 'the response is complete');
  }

  /** Costs the connection, whose close ends what has not ended yet. */
  broke(error: unknown): void {
    this.#stream?.abort('SELLIA_INTERNAL', 'the exchange failed');
    this.#pipeline.socket.destroy();
    this.#parts.tell?.({ type: 'fault', error });
  }

  uploadBroke(code: FailureCode): void {
    this.requestBroke(code);
  }

  requestBroke(code: FailureCode): void {
    this.#brokenBy = code;
    if (this.#stream !== undefined) {
      this.#fail(code, code, 'SELLIA_BAD_REQUEST');
    } else if (this.#held !== undefined) {
      this.#held.cancel();
      this.refuse(code, undefined);
    }
  }

  visitorLeft(): void {
    this.#held?.cancel();
    if (this.#isSettled) return;
    this.#stream?.abort('SELLIA_CANCELLED', 'the visitor left');
    this.#writer?.abandon();
    this.#settle('SELLIA_CANCELLED');
  }

  sweep(now: number): void {
    if (this.#isSettled || this.#stream === undefined) return;
    const awaitsBody = this.#upload?.isAwaited === true && this.#bodyIsDue;
    const awaitsHead = !this.#hasAnswered && !awaitsBody;
    const hasMoved = awaitsBody && this.#upload?.takeProgress() === true;
    if (this.#waitingSince < 0 || hasMoved || !(awaitsBody || awaitsHead)) {
      this.#waitingSince = now;
      return;
    }
    const { readIdleMs, responseHeadMs } = this.#parts.limits;
    const waited = now - this.#waitingSince;
    if (awaitsBody && waited >= readIdleMs) {
      this.#fail('SELLIA_REQUEST_TIMEOUT', 'SELLIA_IDLE', 'SELLIA_IDLE');
    } else if (awaitsHead && waited >= responseHeadMs) {
      this.#fail('SELLIA_UPSTREAM_TIMEOUT', 'SELLIA_UPSTREAM_TIMEOUT', 'SELLIA_UPSTREAM_TIMEOUT');
    }
  }

  /** A visitor that waits for our 100 owes nothing yet. */
  get #bodyIsDue(): boolean {
    return this.#hasContinued || (this.#upload?.received ?? 0) > 0;
  }

  /** Behind an unread rest of a request no other can be read. */
  get #mustClose(): boolean {
    const { hasBody, offersUpgrade } = this.#asked.checked;
    const isUnread = hasBody && !this.request.complete;
    return isUnread || offersUpgrade || this.#brokenBy !== undefined || this.#pipeline.isLast;
  }

  #answering(status: number): void {
    this.#hasAnswered = true;
    this.#status = status;
    this.#record?.answered();
  }

  /** The client broke the protocol: its visitor hears a 502 or a cut, its session ends. */
  #breach(error: unknown): never {
    const code = error instanceof ProtocolError ? 'SELLIA_PROTOCOL' : 'SELLIA_INTERNAL';
    this.#brokenBy = code;
    this.#fail(code, code, code);
    throw error;
  }

  /** Answers with a failure, or cuts a response that has begun; `wire` is what the client hears. */
  #fail(code: FailureCode, cause: string, wire: ErrorCode): void {
    if (this.#isSettled) return;
    if (this.#writer?.hasBegun === true) {
      this.#writer.cut();
    } else {
      this.#answering(failureOf(code).status);
      const isLast = answerFailure(this.#response, code, this.#asked, this.#mustClose);
      this.#pipeline.answering(isLast);
      this.#writer?.abandon();
    }
    this.#stream?.abort(wire, 'the exchange failed');
    this.#settle(cause);
  }

  #settle(code: string): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#upload?.stop();
    this.#record?.end(this.#status, code);
  }
}
