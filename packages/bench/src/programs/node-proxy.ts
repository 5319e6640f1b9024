/**
 * The subject `node-proxy`: a reverse proxy as a good Node programmer writes it, with node:http in
 * front, undici behind, connections kept, bodies streamed with backpressure both ways.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { announce } from './announce.ts';
import { readSettings } from './settings.ts';

const { upstreamPort } = readSettings<{ upstreamPort: number }>();
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 128, pipelining: 1 });
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade)$/i;

const server = createServer(forward);
server.on('upgrade', forwardUpgrade);
server.requestTimeout = 0;
announce(server);

function forward(request: IncomingMessage, response: ServerResponse): void {
  const options: Dispatcher.DispatchOptions = {
    path: request.url ?? '/',
    method: request.method as Dispatcher.HttpMethod,
    headers: [...endToEnd(request.rawHeaders), 'x-forwarded-for', addressOf(request)],
    body: hasBody(request) ? request : null,
  };
  pool.dispatch(options, new Answer(response));
}

/** What undici tells of a response, written to the visitor. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#controller?.resume());
    response.on('close', () => {
      if (!response.writableFinished) this.#controller?.abort(new Error('the visitor left'));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#response.destroyed) controller.abort(new Error('the visitor left'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    message?: string,
  ): void {
    if (status < 200) return;
    const lines = (controller.rawHeaders as Buffer[]).map((line) => line.toString('latin1'));
    this.#response.writeHead(status, message, endToEnd(lines) as OutgoingHttpHeader[]);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end();
  }
}

function forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url: path } = request;
  const options = { host: '127.0.0.1', port: upstreamPort, method, path, setHost: false };
  const outgoing = httpRequest({ ...options, headers: request.rawHeaders } as object);
  outgoing.on('upgrade', (answer, upstream, rest) => {
    const lines = pairs(answer.rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 101 ${answer.statusMessage}\r\n${lines.join('')}\r\n`);
    socket.write(rest);
    upstream.write(head);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    upstream.pipe(socket).pipe(upstream);
  });
  outgoing.on('response', () => socket.destroy());
  outgoing.on('error', () => socket.destroy());
  outgoing.end();
}

function endToEnd(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string;
    if (!HOP_BY_HOP.test(name)) kept.push(name, lines[i + 1] as string);
  }
  return kept;
}

function pairs(lines: readonly string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let i = 0; i < lines.length; i += 2) all.push([lines[i] as string, lines[i + 1] as string]);
  return all;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}
