import type { Buffer } from 'node:buffer';
import { findBadHeader, type HeaderLines, readFraming, responseHasBody } from '@sellia/protocol';
import { Http1Chunks } from './http1-chunks.ts';
import { HeadBuffer } from './http1-head.ts';
import { UpstreamError } from './upstream-failure.ts';

/** What a response brings, in order. `stop` of the parser may be called from any of them. */
export interface Http1Handler {
  onInterim(status: number, reason: string, headers: HeaderLines): void;
  onResponse(status: number, reason: string, headers: HeaderLines): void;
  /** Bytes of the body: a view of what was received, as long as the caller of `receive` says. */
  onBody(chunk: Buffer): void;
  onComplete(trailers: HeaderLines): void;
  /** 101 where an upgrade was asked for; `rest` is the other protocol's. */
  onSwitched(status: number, reason: string, headers: HeaderLines, rest: Buffer): void;
}

/**
 *     idle -> head -> length | chunked | close -> idle
 *              |  \-> (no body) -> idle
 *              \----> switched
 */
type State = 'idle' | 'head' | 'length' | 'chunked' | 'close' | 'switched' | 'stopped';

/**
 * Reads the responses of one connection (RFC 9112 sections 4 to 7), strictly: what is not exactly
 * HTTP/1.1 is an UpstreamError, never repaired. Header lines are cut out here and judged by the
 * handler. No I/O.
 */
export class Http1Parser {
  readonly #handler: Http1Handler;
  readonly #head: HeadBuffer;
  #chunks: Http1Chunks | undefined;
  #state: State = 'idle';
  #method = '';
  #isUpgrade = false;
  /** Bytes of the body still to come. */
  #left = 0;
  /** The connection may serve again once this response is complete. */
  #persists = true;
  /** Milliseconds for which the server said it keeps an unused connection, or -1. */
  #keepAliveMs = -1;

  constructor(handler: Http1Handler, headMax: number) {
    this.#handler = handler;
    this.#head = new HeadBuffer(headMax);
  }

  /** The response is complete and nothing speaks against another one behind it. */
  get isReusable(): boolean {
    return this.#state === 'idle' && this.#persists;
  }

  get keepAliveMs(): number {
    return this.#keepAliveMs;
  }

  /** Nothing but the end of the connection tells that the response is whole. */
  get endsByClose(): boolean {
    return this.#state === 'close';
  }

  /** A request has been written: its response is what comes next. */
  expect(method: string, isUpgrade: boolean): void {
    this.#state = 'head';
    this.#method = method;
    this.#isUpgrade = isUpgrade;
  }

  /** Whatever still comes is not looked at. */
  stop(): void {
    this.#state = 'stopped';
    this.#persists = false;
  }

  /** Bytes that came. Throws UpstreamError; the parser is of no use afterwards. */
  receive(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(bytes, at);
          break;
        case 'length':
          at = this.#readLength(bytes, at);
          break;
        case 'chunked':
          at = this.#readChunks(bytes, at);
          break;
        case 'close':
          // Until the server ends; see `end`.
          this.#handler.onBody(at === 0 ? bytes : bytes.subarray(at));
          return;
        default:
          // Behind the end of a response, or before any request: nobody can say whose it is.
          this.#persists = false;
          return;
      }
    }
  }

  /** The server has closed its side: the end of a response, or what is wrong with that. */
  end(): UpstreamError | undefined {
    this.#persists = false;
    if (this.#state === 'close') this.#complete([]);
    if (this.#state === 'idle' || this.#state === 'stopped') return undefined;
    return this.#state === 'length'
      ? new UpstreamError('SELLIA_BODY_LENGTH', 'the response body is shorter than its length')
      : new UpstreamError('SELLIA_UPSTREAM_RESET', 'the connection ended early');
  }

  #readHead(bytes: Buffer, from: number): number {
    const text = this.#head.take(bytes, from);
    if (text === undefined) {
      // Whoever speaks something else may never send an empty line.
      if (!this.#head.mayStartWith('HTTP/1.')) throw invalid('the response is not HTTP/1.1');
      return bytes.length;
    }
    const at = this.#head.end;
    const status = statusOf(text);
    const isOld = text.charCodeAt(7) === DIGIT_0;
    const lineEnd = text.indexOf('\r\n');
    const reason = text.slice(13, lineEnd < 0 ? text.length : lineEnd);
    const headers = lineEnd < 0 ? [] : fieldsOf(text, lineEnd + 2);
    if (isOld && status < 200) throw invalid('HTTP/1.0 has no interim responses');
    if (status === 101 && this.#isUpgrade) {
      this.#state = 'switched';
      this.#persists = false;
      this.#handler.onSwitched(status, reason, headers, bytes.subarray(at));
      return bytes.length;
    }
    if (status < 200 && status !== 101) this.#handler.onInterim(status, reason, headers);
    else this.#readResponse(isOld, status, reason, headers);
    return at;
  }

  #readResponse(isOld: boolean, status: number, reason: string, headers: HeaderLines): void {
    const framing = readFraming(headers);
    if (framing.kind === 'bad') throw invalid(framing.reason);
    this.#judgePersistence(headers, isOld, framing.kind === 'chunked');
    const saysEmpty = framing.kind === 'length' && framing.length === 0;
    const isEmpty = saysEmpty || !responseHasBody(this.#method, status);
    // A server that announces a body where there is none may send it, too, and late.
    if (isEmpty && !saysEmpty && framing.kind !== 'none') this.#persists = false;
    if (!isEmpty) this.#awaitBody(framing.kind, framing.kind === 'length' ? framing.length : 0);
    this.#handler.onResponse(status, reason, headers);
    if (isEmpty) this.#complete([]);
  }

  #awaitBody(kind: 'length' | 'chunked' | 'none', length: number): void {
    if (kind === 'length') {
      this.#state = 'length';
      this.#left = length;
    } else if (kind === 'chunked') {
      this.#state = 'chunked';
      this.#chunks ??= new Http1Chunks(this.#head, (chunk) => {
        if (this.#state !== 'stopped') this.#handler.onBody(chunk);
      });
      this.#chunks.begin();
    } else {
      this.#state = 'close';
      this.#persists = false;
    }
  }

  /** RFC 9112 section 9.3; a coding in an HTTP/1.0 message makes its framing doubtful (6.1). */
  #judgePersistence(headers: HeaderLines, isOld: boolean, isChunked: boolean): void {
    let options = '';
    this.#keepAliveMs = -1;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string;
      if (name.length !== 10) continue;
      const lower = name.toLowerCase();
      if (lower === 'connection') options += `,${headers[i + 1]}`;
      else if (lower === 'keep-alive') this.#keepAliveMs = timeoutOf(headers[i + 1] as string);
    }
    if (this.#isUpgrade) this.#persists = false;
    else if (isOld) this.#persists = KEEPS.test(options) && !isChunked;
    else this.#persists = options === '' || !CLOSES.test(options);
  }

  #readLength(bytes: Buffer, from: number): number {
    const taken = Math.min(this.#left, bytes.length - from);
    const isWhole = from === 0 && taken === bytes.length;
    this.#left -= taken;
    this.#handler.onBody(isWhole ? bytes : bytes.subarray(from, from + taken));
    if (this.#left === 0) this.#complete([]);
    return from + taken;
  }

  #readChunks(bytes: Buffer, from: number): number {
    const chunks = this.#chunks as Http1Chunks;
    const at = chunks.receive(bytes, from);
    if (chunks.trailers === undefined) return at;
    const trailers = fieldsOf(chunks.trailers, 0);
    if (findBadHeader(trailers) !== undefined) throw invalid('a malformed trailer line');
    this.#complete(trailers);
    return at;
  }

  #complete(trailers: HeaderLines): void {
    if (this.#state === 'stopped') return;
    this.#state = 'idle';
    this.#handler.onComplete(trailers);
  }
}

/** `HTTP/1.1 200 OK`, the phrase and the space before it optional. Returns the status. */
function statusOf(text: string): number {
  const match = STATUS_LINE.exec(text);
  if (match === null) throw invalid('the status line is not HTTP/1.1');
  return Number(match[1]);
}
const STATUS_LINE = /^HTTP\/1\.[01] ([0-9]{3})(?: [^\r\n\0]*)?(?:\r\n|$)/;

const KEEPS = /,[ \t]*keep-alive[ \t]*(?:,|$)/i;
const CLOSES = /,[ \t]*close[ \t]*(?:,|$)/i;

/** Milliseconds of `Keep-Alive: timeout=5, max=100`, or -1. */
function timeoutOf(value: string): number {
  const seconds = /(?:^|[ \t,])timeout=([0-9]{1,9})/i.exec(value)?.[1];
  return seconds === undefined ? -1 : Number(seconds) * 1_000;
}

/** Lines of `name: value`; whether name and value are well formed is judged with the whole head. */
function fieldsOf(text: string, from: number): HeaderLines {
  const fields: HeaderLines = [];
  let at = from;
  while (at < text.length) {
    const found = text.indexOf('\r\n', at);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', at);
    if (colon <= at || colon > end) {
      // Only trailers may begin with an empty line: that of the last chunk.
      if (end === at && at === 0) {
        at = 2;
        continue;
      }
      throw invalid('a header line without a name');
    }
    fields.push(text.slice(at, colon), trimmed(text, colon + 1, end));
    at = end + 2;
  }
  return fields;
}

const DIGIT_0 = 0x30;
const SPACE = 0x20;
const TAB = 0x09;

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(char: number): boolean {
  return char === SPACE || char === TAB;
}

function invalid(reason: string): UpstreamError {
  return new UpstreamError('SELLIA_UPSTREAM_INVALID', reason);
}
