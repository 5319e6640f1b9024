import { HttpMessage } from './http-message.ts';
import { shown } from './watch.ts';

/**
 * The reference parser: RFC 9112 with every "MAY repair" answered by no. It is written apart from
 * anything in Sellia and from llhttp, so that what it counts is a second opinion. It accepts no
 * chunk extension: none may come through the tunnel.
 */
export interface ReaderOptions {
  readonly kind: 'request' | 'response';
  /** Responses only: method of the request that the next final response answers. */
  readonly methodOf?: (index: number) => string;
  readonly onHead?: (message: HttpMessage) => void;
  readonly onComplete?: (message: HttpMessage) => void;
}

type State =
  | 'head'
  | 'length'
  | 'close'
  | 'size'
  | 'chunk'
  | 'chunk-end'
  | 'trailers'
  | 'raw'
  | 'bad';

const HEAD_MAX = 1024 * 1024;
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21-\x7e]+ HTTP\/1\.[01]$/;
const STATUS_LINE = /^HTTP\/1\.[01] [1-5][0-9]{2} [\t\x20-\x7e\x80-\xff]*$/;
const HEADER_LINE =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[ \t]*$/;

export class MessageReader {
  /** Final messages whose head has come, in order. */
  readonly messages: HttpMessage[] = [];
  /** Why the bytes are not HTTP; reading has stopped. */
  badness: string | undefined;
  /** Bytes after a 101, or after `goRaw`. */
  readonly raw: Buffer[] = [];
  readonly #options: ReaderOptions;
  #state: State = 'head';
  #rest: Buffer = Buffer.alloc(0);
  #left = 0;
  #current: HttpMessage | undefined;
  #informational: HttpMessage[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Bytes of an unfinished head or chunk line. */
  get pending(): Buffer {
    return this.#rest;
  }

  get isBetweenMessages(): boolean {
    return this.#state === 'head' && this.#rest.length === 0;
  }

  /** From here on nothing is parsed. */
  goRaw(): void {
    this.#state = 'raw';
    this.#flushRaw();
  }

  push(bytes: Buffer): void {
    if (this.#state === 'bad') return;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0 && this.#step());
  }

  /** The connection has ended; `cleanly` by FIN. */
  finish(cleanly: boolean): void {
    const current = this.#current;
    if (current === undefined || current.isComplete) return;
    if (this.#state === 'close' && cleanly) this.#complete();
    else current.isAborted = true;
  }

  /** False when more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'length':
      case 'chunk':
        return this.#readCounted();
      case 'close':
        this.#current?.addBody(this.#take(this.#rest.length));
        return false;
      case 'size':
        return this.#readChunkSize();
      case 'chunk-end':
        return this.#readChunkEnd();
      case 'trailers':
        return this.#readTrailers();
      case 'raw':
        this.#flushRaw();
        return false;
      case 'bad':
        return false;
    }
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#rest.length > HEAD_MAX) return this.#fail('endless head');
      return false;
    }
    const rawHead = Buffer.from(this.#take(end + 4));
    const lines = rawHead.subarray(0, end).toString('latin1').split('\r\n');
    const startLine = lines.shift() as string;
    const isRequest = this.#options.kind === 'request';
    if (!(isRequest ? REQUEST_LINE : STATUS_LINE).test(startLine)) {
      return this.#fail(`start line ${shown(startLine)}`);
    }
    const headers = parseLines(lines);
    if (typeof headers === 'string') return this.#fail(headers);
    return this.#begin(new HttpMessage(rawHead, startLine, headers), isRequest);
  }

  #begin(message: HttpMessage, isRequest: boolean): boolean {
    if (!isRequest && message.status < 200 && message.status !== 101) {
      this.#informational.push(message);
      return true;
    }
    const problem = this.#frame(message, isRequest);
    if (problem !== undefined) return this.#fail(problem);
    message.informational = this.#informational;
    this.#informational = [];
    this.messages.push(message);
    this.#current = message;
    this.#options.onHead?.(message);
    if (!isRequest && message.status === 101) this.#state = 'raw';
    else if (message.framing === 'none') this.#complete();
    else if (message.framing === 'length' && this.#left === 0) this.#complete();
    return true;
  }

  /** Sets framing, the next state and the bytes left; a string says why the head is refused. */
  #frame(message: HttpMessage, isRequest: boolean): string | undefined {
    const lengths = message.values('content-length');
    const codings = message.values('transfer-encoding');
    if (lengths.length + codings.length > 1) return 'framed twice';
    if (codings.length === 1 && codings[0]?.toLowerCase() !== 'chunked') return 'odd coding';
    if (lengths.length === 1 && !/^(0|[1-9][0-9]{0,15})$/.test(lengths[0] as string)) {
      return 'odd Content-Length';
    }
    if (isRequest) {
      if (message.version === 'HTTP/1.1' && message.values('host').length !== 1)
        return 'no one Host';
    } else {
      const method = this.#options.methodOf?.(this.messages.length) ?? 'GET';
      if (method === 'HEAD' || [101, 204, 304].includes(message.status)) return undefined;
    }
    if (codings.length === 1) {
      message.framing = 'chunked';
      this.#state = 'size';
    } else if (lengths.length === 1) {
      message.framing = 'length';
      this.#left = Number(lengths[0]);
      this.#state = 'length';
    } else if (!isRequest) {
      message.framing = 'close';
      this.#state = 'close';
    }
    return undefined;
  }

  #readCounted(): boolean {
    const bytes = this.#take(Math.min(this.#left, this.#rest.length));
    this.#left -= bytes.length;
    this.#current?.addBody(bytes);
    if (this.#left > 0) return false;
    if (this.#state === 'chunk') this.#state = 'chunk-end';
    else this.#complete();
    return true;
  }

  #readChunkSize(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return false;
    if (!/^[0-9a-fA-F]{1,13}$/.test(line)) return this.#fail(`chunk size ${shown(line)}`);
    this.#left = Number.parseInt(line, 16);
    this.#current?.chunkSizes.push(this.#left);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #readChunkEnd(): boolean {
    if (this.#rest.length < 2) return false;
    if (this.#take(2).toString('latin1') !== '\r\n')
      return this.#fail('chunk longer than its size');
    this.#state = 'size';
    return true;
  }

  #readTrailers(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return false;
    if (line === '') {
      this.#complete();
      return true;
    }
    const parsed = parseLines([line]);
    if (typeof parsed === 'string') return this.#fail(parsed);
    this.#current?.trailers.push(...parsed);
    return true;
  }

  #complete(): void {
    const message = this.#current as HttpMessage;
    message.isComplete = true;
    this.#current = undefined;
    if (this.#state !== 'raw') this.#state = 'head';
    this.#options.onComplete?.(message);
  }

  #takeLine(): string | undefined {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0) return undefined;
    return this.#take(end + 2)
      .subarray(0, end)
      .toString('latin1');
  }

  #take(count: number): Buffer {
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  #flushRaw(): void {
    if (this.#rest.length > 0) this.raw.push(this.#take(this.#rest.length));
  }

  #fail(reason: string): false {
    this.badness = reason;
    this.#state = 'bad';
    if (this.#current !== undefined) this.#current.isAborted = true;
    return false;
  }
}

/** Flat names and values, or what is wrong with a line. */
function parseLines(lines: readonly string[]): string[] | string {
  const headers: string[] = [];
  for (const line of lines) {
    const match = HEADER_LINE.exec(line);
    if (match === null) return `header line ${shown(line)}`;
    headers.push(match[1] as string, match[2] as string);
  }
  return headers;
}
