import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { HeaderLines } from '@sellia/protocol';
import { type Dispatcher, Pool } from 'undici';
import type { UpstreamRequest } from './request-head.ts';
import type { UpstreamTarget } from './target.ts';
import type { Upstream, UpstreamExchange, UpstreamHandler } from './upstream.ts';
import type { UpstreamDial } from './upstream-dial.ts';
import { failureOf, UpstreamError } from './upstream-failure.ts';

export interface UndiciUpstreamOptions {
  readonly headMax: number;
  readonly upstreamSockets: number;
  readonly idleSocketMs: number;
}

/** Safe methods (RFC 9110 section 9.2.1): all that a request without a body needs, and no more. */
const METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What undici refuses to send, or sends in its own way. */
const REFUSED = new Set(['expect', 'content-length', 'te', 'transfer-encoding', 'upgrade']);

/** The upstream by undici's `dispatch`: cheaper than node:http for what `canSend` says yes to. */
export class UndiciUpstream implements Upstream {
  readonly #dial: UpstreamDial;
  readonly #pool: Pool;
  readonly #servername: string;

  constructor(target: UpstreamTarget, dial: UpstreamDial, options: UndiciUpstreamOptions) {
    this.#dial = dial;
    this.#servername = target.host;
    // The origin only names the pool: connections come from the dial, wherever that goes.
    this.#pool = new Pool(target.isTls ? 'https://upstream' : 'http://upstream', {
      connections: options.upstreamSockets,
      pipelining: 1,
      allowH2: false,
      // Waits belong to the forwards, which know whose turn it is.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: options.idleSocketMs,
      keepAliveMaxTimeout: options.idleSocketMs,
      maxHeaderSize: options.headMax,
      connect: (_options, onSocket) => {
        dial.dial((error, socket) => {
          if (error === null) onSocket(null, socket as Socket);
          else onSocket(error, null);
        });
      },
    });
  }

  get sockets(): number {
    return this.#dial.sockets;
  }

  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange {
    const exchange = new UndiciExchange(handler);
    const { method, target, headers } = request;
    // Read by undici 8 though its types lack it; else the name in SNI would follow the Host header.
    const options = { method, path: target, headers, servername: this.#servername };
    this.#pool.dispatch(options, exchange);
    return exchange;
  }

  close(): void {
    this.#pool.destroy().catch(() => {});
    this.#dial.close();
  }
}

export function canSend(request: UpstreamRequest): boolean {
  const { method, target, headers, body } = request;
  if (body !== 'none' || request.isUpgrade || !METHODS.has(method)) return false;
  if (!target.startsWith('/')) return false;
  for (let i = 0; i < headers.length; i += 2) {
    if (REFUSED.has((headers[i] as string).toLowerCase())) return false;
  }
  return true;
}

/** One exchange as undici drives it. */
class UndiciExchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  readonly #handler: UpstreamHandler;
  #controller: Dispatcher.DispatchController | undefined;
  #hasStarted = false;
  #isOver = false;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver)
      controller.abort(new UpstreamError('SELLIA_CANCELLED', 'not wanted any more'));
  }

  onResponseStarted(): void {
    this.#hasStarted = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    message?: string,
  ): void {
    if (this.#isOver) return;
    const lines = linesOf(controller.rawHeaders);
    if (status < 200) this.#handler.onInterim(status, latin1Of(message ?? ''), lines);
    else this.#handler.onResponse(status, latin1Of(message ?? ''), lines);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver) this.#handler.onBody(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onComplete(linesOf(controller.rawTrailers));
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failure = failureOf(error, !this.#hasStarted && hasServed(error));
    // undici takes a `100 Continue` for a breach; node:http does not, so that has its turn.
    const isContinue = failure.code === 'SELLIA_UPSTREAM_RESET' && error.message === 'bad response';
    this.#handler.onFailure(isContinue ? { ...failure, isStale: true } : failure);
  }

  write(): boolean {
    return true;
  }

  end(): void {}

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new UpstreamError('SELLIA_CANCELLED', 'not wanted any more'));
  }
}

const NO_LINES: HeaderLines = [];

function linesOf(raw: unknown): HeaderLines {
  if (!Array.isArray(raw) || raw.length === 0) return NO_LINES;
  return raw.map((field: Buffer | string) =>
    typeof field === 'string' ? field : field.toString('latin1'),
  );
}

/** undici reads the reason phrase as UTF-8; heads are latin1. */
function latin1Of(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is a range with them
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The connection had answered before: undici tells how much it read on it. */
function hasServed(error: Error): boolean {
  const info = 'socket' in error ? (error.socket as { bytesRead?: number } | null) : null;
  return (info?.bytesRead ?? 0) > 0;
}
