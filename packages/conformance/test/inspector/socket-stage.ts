import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Page } from 'playwright-core';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { InspectorRig, type InspectorRigOptions } from '../../src/rig/index.ts';

interface Exchange {
  readonly id: string;
  readonly target: string;
}

/** A process that dies: the connection is reset, without a word of WebSocket. */
export function cut(end: WebSocket): void {
  (Reflect.get(end, '_socket') as Socket).resetAndDestroy();
}

/** Both ends of a WebSocket through the tunnel. */
export interface Pair {
  readonly visitor: WebSocket;
  readonly upstream: WebSocket;
}

/**
 * A rig whose upstream speaks WebSocket: what a path asks for, or any subprotocol that is offered.
 *
 *     /reject/401      answers the upgrade with that status, and a body
 *     /wait            answers when `release` is called
 *     /deflate         permessage-deflate with context takeover; /alone without
 */
export class SocketStage {
  readonly rig: InspectorRig;
  readonly #server: Server;
  readonly #upstreams = new Map<string, (socket: WebSocket) => void>();
  #release: () => void = () => {};
  readonly #pages: Page[] = [];
  #paths = 0;
  /** Target of the last connection with a path of its own. */
  newest = '';

  private constructor(rig: InspectorRig, server: Server) {
    this.rig = rig;
    this.#server = server;
    const plain = socketServer({});
    const deflate = socketServer({ perMessageDeflate: { threshold: 0 } });
    const alone = socketServer({
      perMessageDeflate: {
        ...{ threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
      },
    });
    server.on('upgrade', (request, socket, head) => {
      const path = request.url ?? '/';
      if (path.startsWith('/reject/')) {
        reject(socket, path.slice('/reject/'.length));
        return;
      }
      const which = path.startsWith('/deflate')
        ? deflate
        : path.startsWith('/alone')
          ? alone
          : plain;
      const accept = (): void =>
        which.handleUpgrade(request, socket, head, (accepted) => {
          accepted.on('error', () => {});
          this.#upstreams.get(path)?.(accepted);
        });
      if (path.startsWith('/wait')) this.#release = accept;
      else accept();
    });
  }

  static async open(options: InspectorRigOptions = {}): Promise<SocketStage> {
    const server = createServer((_request, response) => response.end('plain'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const upstream = { url: `http://127.0.0.1:${port}` };
    const rig = await InspectorRig.start({ ...options, rig: { ...options.rig, upstream } });
    return new SocketStage(rig, server);
  }

  /** Lets the upgrade of `/wait` through. */
  release(): void {
    this.#release();
  }

  /** The visitor's end alone; for what may not open. */
  dial(path: string, protocols: string[] = [], options: ClientOptions = {}): WebSocket {
    const { port, host } = this.rig.rig;
    const visitor = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
      perMessageDeflate: false,
      ...options,
      headers: { Host: host, ...options.headers },
    });
    visitor.on('error', () => {});
    return visitor;
  }

  /** Both ends, open; `path` is made unique. */
  async pair(path: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Pair> {
    const own = this.unique(path);
    const accepted = this.upstreamOf(own);
    const visitor = this.dial(own, protocols, options);
    await new Promise((resolve, fail) => visitor.once('open', resolve).once('error', fail));
    return { visitor, upstream: await accepted };
  }

  /** Nothing listens there any more; what is open stays open. */
  async stopUpstream(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The upstream's end of the next connection to that path. */
  upstreamOf(path: string): Promise<WebSocket> {
    return new Promise((resolve) => this.#upstreams.set(path, resolve));
  }

  unique(path: string): string {
    this.newest = `${path}?n=${++this.#paths}`;
    return this.newest;
  }

  /** The newest exchange in a page of its own, at a tab. */
  async look(tab: string, target?: string): Promise<Page> {
    const page = await this.rig.open();
    this.#pages.push(page);
    const id = await this.idOf(page, target);
    await page.goto(new URL(`/r/${id}/${tab}`, this.rig.inspector.url).href);
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    return page;
  }

  /** Between two tests: what nobody looks at any more must not read on. */
  async closePages(): Promise<void> {
    await Promise.all(this.#pages.splice(0).map((page) => page.context().close()));
  }

  /** Of the newest exchange whose target has that in it, as soon as there is one. */
  async idOf(page: Page, wanted = ''): Promise<string> {
    const id = await page.waitForFunction(async (part) => {
      const answer = await fetch('/api/v1/exchanges');
      const { exchanges } = (await answer.json()) as { exchanges: Exchange[] };
      return exchanges.find(({ target }) => target.includes(part))?.id;
    }, wanted);
    return (await id.jsonValue()) as string;
  }

  async close(): Promise<void> {
    await this.rig.close();
    await this.stopUpstream();
  }
}

function socketServer(options: object): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
    ...options,
  });
}

function reject(socket: Duplex, status: string): void {
  const body = JSON.stringify({ error: `no WebSocket, but ${status}` });
  socket.end(
    `HTTP/1.1 ${status} Not This Way\r\nContent-Type: application/json\r\nX-Why: not you\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
