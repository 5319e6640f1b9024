import { Agent, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HeaderLines } from '@sellia/protocol';
import type { UpstreamRequest } from './request-head.ts';
import type { Upstream, UpstreamExchange, UpstreamHandler } from './upstream.ts';
import type { UpstreamDial } from './upstream-dial.ts';
import { failureOf, UpstreamError } from './upstream-failure.ts';

export interface NodeUpstreamOptions {
  readonly headMax: number;
  readonly upstreamSockets: number;
  readonly idleSockets: number;
  readonly idleSocketMs: number;
}

/** The upstream by node:http: everything it may be asked, upgrades included. */
export class NodeUpstream implements Upstream {
  readonly #dial: UpstreamDial;
  readonly #headMax: number;
  readonly #kept: Agent;
  readonly #fresh: Agent;

  constructor(dial: UpstreamDial, options: NodeUpstreamOptions) {
    const { upstreamSockets, idleSockets, idleSocketMs } = options;
    this.#dial = dial;
    this.#headMax = options.headMax;
    this.#kept = new DialingAgent(dial, {
      keepAlive: true,
      maxTotalSockets: upstreamSockets,
      maxFreeSockets: idleSockets,
      timeout: idleSocketMs,
      scheduling: 'lifo',
    });
    this.#fresh = new DialingAgent(dial, { keepAlive: false });
  }

  get sockets(): number {
    return this.#dial.sockets;
  }

  send(request: UpstreamRequest, handler: UpstreamHandler, isFresh: boolean): UpstreamExchange {
    const agent = isFresh || request.isUpgrade ? this.#fresh : this.#kept;
    return new NodeExchange(request, handler, agent, this.#headMax);
  }

  close(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
    this.#dial.close();
  }
}

type AgentOptions = ConstructorParameters<typeof Agent>[0];
type OnSocket = (error: Error | null, socket: Duplex) => void;

/** Takes its connections from the dial, and distrusts those that speak when nothing was asked. */
class DialingAgent extends Agent {
  readonly #dial: UpstreamDial;

  constructor(dial: UpstreamDial, options: AgentOptions) {
    super(options);
    this.#dial = dial;
  }

  override createConnection(_options: unknown, onSocket?: OnSocket): undefined {
    this.#dial.dial((error, socket) => onSocket?.(error, socket as Socket));
  }

  override keepSocketAlive(socket: Duplex): boolean {
    if (socket.readableLength > 0) return false;
    socket.once('data', destroyUnasked);
    return super.keepSocketAlive(socket) as unknown as boolean;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    socket.off('data', destroyUnasked);
    super.reuseSocket(socket, request);
  }
}

/** Bytes between two exchanges would be taken for the next one's answer. */
function destroyUnasked(this: Duplex): void {
  this.destroy();
}

/** One exchange over a ClientRequest. */
class NodeExchange implements UpstreamExchange {
  readonly #handler: UpstreamHandler;
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  /** What the connection had received before this exchange. */
  #received = 0;
  #isOver = false;

  constructor(head: UpstreamRequest, handler: UpstreamHandler, agent: Agent, headMax: number) {
    this.#handler = handler;
    this.#request = openRequest({
      agent,
      method: head.method,
      path: head.target,
      headers: head.isUpgrade ? [...head.headers, 'Connection', 'Upgrade'] : head.headers,
      setHost: false,
      maxHeaderSize: headMax,
    });
    this.#request.maxHeadersCount = 0;
    this.#listen();
    if (head.body === 'none') this.#request.end();
    // A body that came in the same turn leaves with the head, one that comes later does not hold it.
    else queueMicrotask(() => this.#request.flushHeaders());
  }

  write(chunk: Uint8Array): boolean {
    return this.#isOver || this.#request.write(chunk);
  }

  end(trailers: HeaderLines): void {
    if (this.#isOver) return;
    if (trailers.length > 0) this.#request.addTrailers(pairs(trailers));
    this.#request.end();
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.destroy();
  }

  #listen(): void {
    const request = this.#request;
    request.on('socket', (socket) => {
      this.#received = socket.bytesRead;
    });
    request.on('information', (info) => {
      if (this.#isOver) return;
      this.#handler.onInterim(info.statusCode, info.statusMessage, info.rawHeaders);
    });
    request.on('response', (response) => this.#requestOnResponse(response));
    request.on('upgrade', (response, socket, rest) => {
      this.#requestOnUpgrade(response, socket as Socket, rest);
    });
    request.on('drain', () => {
      if (!this.#isOver) this.#handler.onWritable();
    });
    request.on('error', (error) => this.#fail(error));
    request.on('close', () =>
      this.#fail(new UpstreamError('SELLIA_UPSTREAM_RESET', 'closed early')),
    );
  }

  #requestOnResponse(response: IncomingMessage): void {
    if (this.#isOver) {
      response.destroy();
      return;
    }
    this.#response = response;
    response.on('error', (error) => this.#fail(error));
    this.#handler.onResponse(
      response.statusCode ?? 0,
      response.statusMessage ?? '',
      response.rawHeaders,
    );
    response.on('data', (chunk: Uint8Array) => {
      if (!this.#isOver) this.#handler.onBody(chunk);
    });
    response.on('end', () => this.#responseOnEnd(response));
  }

  #responseOnEnd(response: IncomingMessage): void {
    if (this.#isOver) return;
    if (!this.#request.writableEnded) {
      // The handler lets go of what is still to be sent, and with it of the connection.
      this.#handler.onComplete(response.rawTrailers);
      return;
    }
    this.#isOver = true;
    this.#handler.onComplete(response.rawTrailers);
  }

  #requestOnUpgrade(response: IncomingMessage, socket: Socket, rest: Uint8Array): void {
    if (this.#isOver) {
      socket.destroy();
      return;
    }
    this.#isOver = true;
    socket.pause();
    const { statusCode, statusMessage, rawHeaders } = response;
    this.#handler.onSwitch(statusCode ?? 0, statusMessage ?? '', rawHeaders, socket, rest);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { reusedSocket, socket } = this.#request;
    const isKept = reusedSocket && (socket?.bytesRead ?? 0) === this.#received;
    this.#request.destroy();
    this.#handler.onFailure(failureOf(error, isKept));
  }
}

function pairs(lines: HeaderLines): [string, string][] {
  const entries: [string, string][] = [];
  for (let i = 0; i < lines.length; i += 2) {
    entries.push([lines[i] as string, lines[i + 1] as string]);
  }
  return entries;
}
