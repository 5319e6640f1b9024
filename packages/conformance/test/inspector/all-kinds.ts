import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inspector, shownTunnel } from '@sellia/inspector';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually, InspectorRig } from '../../src/rig/index.ts';

/** A small picture. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** An inspector that has seen something of every kind; ids by name. */
export class AllKinds {
  readonly rig: InspectorRig;
  readonly ids = new Map<string, string>();
  /** Of another program; it sees the same. */
  readonly #beside: Inspector;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #visitors: WebSocket[] = [];

  private constructor(rig: InspectorRig, beside: Inspector, server: Server) {
    this.rig = rig;
    this.#beside = beside;
    this.#server = server;
  }

  static async start(): Promise<AllKinds> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const upstream = { url: `http://127.0.0.1:${port}` };
    const beside = await Inspector.start({ version: '0.0.0-test', port: 0 });
    const rig = await InspectorRig.start({
      rig: { upstream },
      inspector: {
        socketLevel: 'messages',
        configuration: [
          { name: 'Relay', value: 'https://relay.example.com', source: '--server' },
          { name: 'Key', value: '***', source: 'SELLIA_API_KEY' },
          { name: 'Host header', value: 'public', source: '' },
        ],
        neighbours: () => [
          {
            url: 'http://localhost:4999/?token=abc',
            tunnels: [{ name: 'x', url: 'http://x.test' }],
          },
          { url: beside.invitation, tunnels: [] },
        ],
      },
    });
    beside.show(shownTunnel(rig.rig.tunnel, 'localhost:3000'));
    const kinds = new AllKinds(rig, beside, server);
    kinds.#acceptSockets();
    await kinds.#visit();
    return kinds;
  }

  id(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`there is no ${name}`);
    return id;
  }

  async close(): Promise<void> {
    for (const visitor of this.#visitors) visitor.terminate();
    await this.#beside.close();
    await this.rig.close();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #visit(): Promise<void> {
    const { rig } = this.rig;
    const body = JSON.stringify({
      user: 'ada',
      password: 'hunter2',
      items: [1, 2, { deep: null }],
    });
    const lines = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nCookie: sid=1; theme=dark\r\nAuthorization: Bearer abc\r\n`;
    const poster = await rig.send(
      `POST /json?page=2&q=a%20b HTTP/1.1\r\n${rig.hostLine}${lines}\r\n`,
    );
    poster.send(body);
    await poster.response();
    for (const path of ['/html', '/image', '/form', '/missing', '/error', '/moved', '/bytes']) {
      await rig.ask(path);
    }
    for (const path of ['/pending', '/cut', '/events'])
      await rig.send(`GET ${path} HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await this.#dialAll();
    await this.#note('json', '/json');
    for (const name of ['html', 'image', 'error', 'moved', 'bytes', 'pending', 'cut', 'events']) {
      await this.#note(name, `/${name}`);
    }
    await this.#note('open', '/socket-open');
    await this.#note('closed', '/socket-closed');
    await this.#note('rejected', '/reject');
    this.rig.inspector.store.pin(this.id('html'), true);
    this.rig.inspector.store.tag(this.id('html'), ['checkout', 'two words', 'third']);
    this.rig.inspector.store.tag(this.id('json'), ['checkout']);
    this.ids.set('replay', this.rig.inspector.replay(this.id('html')));
  }

  async #dialAll(): Promise<void> {
    const open = await this.#dial('/socket-open');
    open.send('{"type":"hello","from":"visitor"}');
    open.send(Buffer.from([1, 2, 3, 255]));
    open.ping();
    await new Promise((resolve) => open.once('pong', resolve));
    const closed = await this.#dial('/socket-closed');
    closed.close(4001, 'had enough');
    await new Promise((resolve) => closed.once('close', resolve));
    await this.#dial('/reject').catch(() => undefined);
  }

  #dial(path: string): Promise<WebSocket> {
    const { port, host } = this.rig.rig;
    const visitor = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['chat.v1', 'chat.v0'], {
      headers: { Host: host },
    });
    this.#visitors.push(visitor);
    return new Promise((resolve, reject) => {
      visitor.once('open', () => resolve(visitor));
      visitor.on('error', reject);
    });
  }

  async #note(name: string, path: string): Promise<void> {
    const find = () =>
      [...this.rig.inspector.store.newest()].find(({ row }) => row.target.startsWith(path))?.row.id;
    this.ids.set(name, await eventually(find, () => `no exchange ${path}`));
  }

  #acceptSockets(): void {
    this.#server.on('upgrade', (request, socket, head) => {
      if (request.url?.startsWith('/reject')) {
        socket.end(
          'HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\nConnection: close\r\n\r\nnot you',
        );
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('error', () => {});
        accepted.send('{"type":"welcome","n":1}');
      });
    });
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0] ?? '/';
  if (path === '/pending') return;
  if (path === '/cut') {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('the beginning of');
    response.socket?.destroySoon();
    return;
  }
  if (path === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: price\nid: 1\ndata: {"eur": 3}\n\ndata: plain\n\n');
    return;
  }
  const [status, type, body] = ANSWERS[path] ?? [404, 'application/problem+json', '{"title":"?"}'];
  response.writeHead(status, {
    'content-type': type,
    'set-cookie': ['sid=2; HttpOnly; Path=/', 'seen=yes'],
    'server-timing': 'db;dur=12.5;desc="Rows"',
    ...(status === 302 ? { location: '/html' } : {}),
  });
  response.end(body);
}

const ANSWERS: Readonly<Record<string, readonly [number, string, string | Buffer]>> = {
  '/json': [201, 'application/json', '{"id":42,"tags":["a","b"],"ok":true,"price":1.5}'],
  '/html': [200, 'text/html', '<!doctype html><title>Hello</title><script>alert(1)</script>'],
  '/image': [200, 'image/png', PNG],
  '/form': [200, 'application/x-www-form-urlencoded', 'a=1&b=two+words'],
  '/error': [500, 'text/plain', 'it broke'],
  '/moved': [302, 'text/plain', ''],
  '/bytes': [200, 'application/octet-stream', Buffer.from([0, 1, 2, 3, 128, 255])],
};
