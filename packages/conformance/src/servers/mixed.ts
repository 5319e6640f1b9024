import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as passed } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { BLOCK, bulkBlocks, drained } from './bulk.ts';

/** Requests by method, path and query, so that a test sees what came twice. */
export type Asked = Map<string, number>;

/** A local server whose exchanges take their time: bodies and events come bit by bit. */
export class MixedServer {
  readonly asked: Asked = new Map();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#count(request);
      void answer(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const upgrading = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#count(request);
      upgrading.handleUpgrade(request, socket, head, echo);
    });
  }

  /** `host`: where it listens; its URL is always that of 127.0.0.1. */
  static async start(host = '127.0.0.1'): Promise<MixedServer> {
    const mixed = new MixedServer();
    await new Promise<void>((resolve) => mixed.#server.listen(0, host, resolve));
    return mixed;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #count({ method, url }: IncomingMessage): void {
    const key = `${method} ${url}`;
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
  }
}

/**
 * GET /download?bytes=N&pause=MS   the bulk body, a block each MS
 * GET /events?count=N&pause=MS     server-sent events `data: 0`, `data: 1`, ...
 * GET /late?pause=MS               a head that comes after MS
 * POST /upload                     SHA-256 of the body
 */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mixed');
  const pauseMs = Number(searchParams.get('pause') ?? 0);
  if (pathname === '/upload') {
    const hash = createHash('sha256');
    for await (const chunk of request) hash.update(chunk as Buffer);
    response.end(hash.digest('hex'));
  } else if (pathname === '/download') {
    await sendBody(response, Number(searchParams.get('bytes')), pauseMs);
  } else if (pathname === '/events') {
    await sendEvents(response, Number(searchParams.get('count')), pauseMs);
  } else {
    await passed(pauseMs);
    response.end(`${request.method} ${request.url}`);
  }
}

async function sendBody(response: ServerResponse, bytes: number, pauseMs: number): Promise<void> {
  response.writeHead(200, { 'Content-Length': bytes });
  for (const block of bulkBlocks(bytes)) {
    if (response.destroyed) return;
    if (!response.write(block)) await drained(response);
    if (block.length === BLOCK) await passed(pauseMs);
  }
  response.end();
}

async function sendEvents(response: ServerResponse, count: number, pauseMs: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (let i = 0; i < count && !response.destroyed; i++) {
    response.write(`data: ${i}\n\n`);
    await passed(pauseMs);
  }
  response.end();
}

function echo(socket: WebSocket): void {
  socket.on('message', (message: Buffer, binary: boolean) => socket.send(message, { binary }));
}
