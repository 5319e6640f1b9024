import type { Buffer } from 'node:buffer';
import {
  findBadHeader,
  type HeaderLines,
  listMembers,
  readFraming,
  responseHasBody,
} from '@sellia/protocol';
import { Http1Chunks } from './http1-chunks.ts';
import { HeadBuffer } from './http1-head.ts';
import { UpstreamError } from './upstream-failure.ts';

/** What a response brings, in order. `stop` of the parser may be called from any of them. */
export interface Http1Handler {
  onInterim(status: number, reason: string, headers: HeaderLines): void;
  onResponse(status: number, reason: string, headers: HeaderLines): void;
  /** Bytes of the body; the handler owns them. */
  onBody(chunk: Uint8Array): void;
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
    const lines = linesOf(text);
    const first = lines.shift() as string;
    const status = statusOf(first);
    const reason = first.slice(13);
    const headers = fieldsOf(lines);
    if (status === 101 && this.#isUpgrade) {
      this.#state = 'switched';
      this.#persists = false;
      this.#handler.onSwitched(status, reason, headers, bytes.subarray(at));
      return bytes.length;
    }
    if (status < 200 && status !== 101) this.#handler.onInterim(status, reason, headers);
    else this.#readResponse(first, status, reason, headers);
    return at;
  }

  #readResponse(first: string, status: number, reason: string, headers: HeaderLines): void {
    const framing = readFraming(headers);
    if (framing.kind === 'bad') throw invalid(framing.reason);
    const isOld = first.charCodeAt(7) === 0x30;
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
    const options = listMembers(headers, 'connection');
    this.#persists = isOld
      ? options.includes('keep-alive') && !isChunked
      : !options.includes('close');
    const hint = listMembers(headers, 'keep-alive').find((member) => member.startsWith('timeout='));
    const seconds = hint === undefined ? Number.NaN : Number(hint.slice('timeout='.length));
    this.#keepAliveMs = Number.isFinite(seconds) ? seconds * 1_000 : -1;
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
    const trailers = fieldsOf(linesOf(chunks.trailers));
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
function statusOf(line: string): number {
  const match = STATUS_LINE.exec(line);
  if (match === null) throw invalid('the status line is not HTTP/1.1');
  return Number(match[1]);
}
const STATUS_LINE = /^HTTP\/1\.[01] ([0-9]{3})(?: |$)/;

function linesOf(text: string): string[] {
  return text.split('\r\n');
}

/** `name: value` each; whether name and value are well formed is judged with the whole head. */
function fieldsOf(lines: readonly string[]): HeaderLines {
  const fields: HeaderLines = [];
  for (const line of lines) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw invalid('a header line without a name');
    fields.push(line.slice(0, colon), trimmed(line, colon + 1));
  }
  return fields;
}

const SPACE = 0x20;
const TAB = 0x09;

function trimmed(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(char: number): boolean {
  return char === SPACE || char === TAB;
}

function invalid(reason: string): UpstreamError {
  return new UpstreamError('SELLIA_UPSTREAM_INVALID', reason);
}
