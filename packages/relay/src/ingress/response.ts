import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HeaderLines, type MuxStream, ProtocolError } from '@sellia/protocol';
import { cut, Sink } from '@sellia/session';
import type { VisitorHead } from './response-head.ts';

export interface ResponseOwner {
  /** Everything has been given to the visitor's socket. */
  responseDone(): void;
  /** Something of ours has thrown where the visitor's socket calls, and so nobody else hears of it. */
  broke(error: unknown): void;
}

const NOTHING = Buffer.alloc(0);
/** A body up to this leaves in one string with its head: one system call, no second buffer. */
const JOINED_MAX = 4 * 1024;

/** The response of one stream on its way to one visitor. */
export class ResponseWriter {
  readonly #response: ServerResponse;
  readonly #stream: MuxStream;
  readonly #flusher: HeadFlusher;
  readonly #owner: ResponseOwner;
  /** Made when a body does not leave at once. */
  #sink: Sink | undefined;
  /** Bytes of the body; -1 while its end tells. */
  #length = -1;
  #received = 0;
  #hasBegun = false;
  #hasWritten = false;
  #isDone = false;

  constructor(
    response: ServerResponse,
    stream: MuxStream,
    flusher: HeadFlusher,
    owner: ResponseOwner,
  ) {
    this.#response = response;
    this.#stream = stream;
    this.#flusher = flusher;
    this.#owner = owner;
  }

  /** The head has been composed: from here on a failure can only cut. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** All that the head announced has come; what else may happen to the stream is of no matter. */
  get isWhole(): boolean {
    return this.#isDone || this.#received === this.#length;
  }

  /**
   * Composes the head; it leaves with the body if that comes in the same turn. True: the connection
   * ends behind this response. Throws ProtocolError.
   */
  begin(head: VisitorHead, ended: boolean, closes: boolean): boolean {
    const { hasBody, length, lines, reason, status } = head;
    if (ended && hasBody && length > 0) throw broken('the body is missing');
    const endsByClosing = hasBody && length < 0 && isOld(this.#response);
    const isLast = composeHead(this.#response, status, reason, lines, closes || endsByClosing);
    this.#hasBegun = true;
    this.#length = hasBody ? length : 0;
    if (ended || this.#length === 0) this.#finish();
    else this.#flusher.add(this);
    return isLast;
  }

  /** Throws ProtocolError for more bytes than the head announced. */
  data(chunk: Uint8Array): void {
    this.#received += chunk.length;
    if (this.#length >= 0 && this.#received > this.#length) {
      throw broken('a body longer than its Content-Length');
    }
    this.#hasWritten = true;
    if (this.isWhole && this.#sink?.isFull !== true) {
      this.#finishWith(chunk);
      return;
    }
    this.#sink ??= new Sink(this.#stream, this.#response, (error) => this.#owner.broke(error));
    this.#sink.push(chunk);
    if (this.isWhole) this.end();
  }

  trailers(lines: HeaderLines): void {
    if (this.#isDone || !this.#response.chunkedEncoding || lines.length === 0) return;
    const pairs: [string, string][] = [];
    for (let i = 0; i < lines.length; i += 2) {
      pairs.push([lines[i] as string, lines[i + 1] as string]);
    }
    this.#response.addTrailers(pairs);
  }

  /** The clean end of the stream. False: the body was shorter than announced, and has been cut. */
  end(): boolean {
    if (this.#isDone) return true;
    if (this.#received < this.#length) {
      this.cut();
      return false;
    }
    this.#whenEmpty(() => this.#finish());
    return true;
  }

  /** Shows the visitor that the body is not whole, after what there is of it. */
  cut(): void {
    if (this.isWhole) return;
    this.#isDone = true;
    const { socket, chunkedEncoding } = this.#response;
    if (socket === null) return;
    const isUndelimited = this.#length < 0 && !chunkedEncoding;
    this.#whenEmpty(() => {
      this.#response.write(NOTHING, () => (isUndelimited ? cut(socket) : socket.destroy()));
    });
  }

  /** The visitor is gone. */
  abandon(): void {
    this.#isDone = true;
    this.#sink?.destroy();
  }

  flushHead(): void {
    if (this.#hasWritten || this.#isDone) return;
    this.#hasWritten = true;
    try {
      // `flushHeaders` would write the head as UTF-8.
      this.#response.write(NOTHING);
    } catch (error) {
      this.#owner.broke(error);
    }
  }

  #whenEmpty(then: () => void): void {
    if (this.#sink === undefined) then();
    else this.#sink.whenEmpty(then);
  }

  #finishWith(chunk: Uint8Array): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length <= JOINED_MAX) this.#response.end(bytes.toString('latin1'), 'latin1');
    else this.#response.end(bytes);
    this.#stream.consume(chunk.length);
    this.#owner.responseDone();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#response.end();
    this.#owner.responseDone();
  }
}

/** Sends the heads whose bodies did not come in the same turn. */
export class HeadFlusher {
  #waiting: ResponseWriter[] = [];

  add(writer: ResponseWriter): void {
    if (this.#waiting.push(writer) === 1) process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const writer of waiting) writer.flushHead();
  };
}

/** Writes an interim head. Only to HTTP/1.1, only while `socket` is this response's. */
export function writeInterim(
  socket: Socket,
  status: number,
  reason: string,
  lines: HeaderLines,
): void {
  socket.write(`HTTP/1.1 ${status} ${reason}\r\n${linesText(lines)}\r\n`, 'latin1');
}

export function linesText(lines: readonly string[]): string {
  let text = '';
  for (let i = 0; i < lines.length; i += 2) text += `${lines[i]}: ${lines[i + 1]}\r\n`;
  return text;
}

/**
 * Composes a head. `Connection` is the relay's own; HTTP/1.1 keeps alive without saying so. True:
 * the connection ends behind this response.
 */
export function composeHead(
  response: ServerResponse,
  status: number,
  reason: string,
  lines: HeaderLines,
  closes: boolean,
): boolean {
  const isLast = closes || !response.shouldKeepAlive;
  response.sendDate = false;
  if (isOld(response)) response.useChunkedEncodingByDefault = false;
  if (isLast) lines.push('Connection', 'close');
  else if (!isOld(response)) response.removeHeader('connection');
  response.writeHead(status, reason, lines);
  return isLast;
}

/** HTTP/1.0, which has no chunks and keeps alive only when told. */
function isOld(response: ServerResponse): boolean {
  return response.req.httpVersionMinor === 0;
}

function broken(reason: string): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', reason);
}
