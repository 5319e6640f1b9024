import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as ChatServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { InspectorRig } from '../rig/index.ts';

const ORDERS = [
  { id: 4711, customer: 'Ada', total: '129.00', items: [{ sku: 'mug-blue', count: 2 }] },
  { id: 4712, customer: 'Grace', total: '18.50', items: [{ sku: 'card', count: 1 }] },
  { id: 4713, customer: 'Linus', total: '54.90', items: [{ sku: 'poster', count: 3 }] },
];
const SAID = [
  'hello',
  'is the blue mug back?',
  'yes, since this morning',
  'great, I take two',
  'sent',
];
const PAID = JSON.stringify({ id: 'evt_1', type: 'checkout.session.completed', order: 4711 });

/** A small shop behind a tunnel, as the pictures of the documentation show it. */
export class Shop {
  readonly rig: InspectorRig;
  readonly #server: Server;
  readonly #chat: ChatServer;
  readonly #visitor: Socket;

  private constructor(rig: InspectorRig, server: Server, chat: ChatServer) {
    this.rig = rig;
    this.#server = server;
    this.#chat = chat;
    this.#visitor = io(`http://127.0.0.1:${rig.rig.port}`, {
      transports: ['websocket'],
      extraHeaders: { Host: rig.rig.host },
    });
  }

  static async open(): Promise<Shop> {
    const server = createServer(answer);
    const chat = new ChatServer(server);
    chat.on('connection', (socket) => {
      socket.on('say', (text: string, heard: (at: number) => void) => {
        heard(text.length);
        socket.emit('said', { by: 'shop', text: `you said: ${text}` });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const rig = await InspectorRig.start({
      rig: {
        domain: 'tunnel.example.com',
        name: 'shop',
        upstream: { url: `http://127.0.0.1:${port}` },
      },
      inspector: { socketLevel: 'messages' },
    });
    return new Shop(rig, server, chat);
  }

  /** An afternoon's business in a second. */
  async trade(): Promise<void> {
    const { rig } = this.rig;
    const visitor = this.#visitor;
    for (const text of SAID) {
      await visitor.emitWithAck('say', text);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    }
    for (const path of [
      '/',
      '/assets/shop.css',
      '/assets/shop.js',
      '/favicon.ico',
      '/cart?item=mug',
    ]) {
      await rig.ask(path);
    }
    const head = `POST /hooks/stripe HTTP/1.1\r\n${rig.hostLine}Content-Type: application/json\r\n`;
    const hook = await rig.send(
      `${head}Stripe-Signature: t=1764000000,v1=5257a869e7\r\nContent-Length: ${PAID.length}\r\n\r\n`,
    );
    hook.send(PAID);
    await hook.response();
    hook.destroy();
    await rig.send(`GET /events HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await rig.ask('/checkout/4712', { method: 'POST', headers: 'Content-Length: 0\r\n' });
    await rig.ask('/orders?page=2&sort=date', { headers: 'Cookie: cart=9f2c; theme=dark\r\n' });
  }

  async close(): Promise<void> {
    this.#visitor.close();
    await this.rig.close();
    await this.#chat.close();
    this.#server.closeAllConnections();
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0] ?? '/';
  request.resume();
  if (path === '/') html(response);
  else if (path.endsWith('.css')) text(response, 'text/css', 'h1 { color: teal; }\n'.repeat(400));
  else if (path.endsWith('.js')) text(response, 'text/javascript', 'export {};\n'.repeat(6_000));
  else if (path === '/cart') response.writeHead(302, { Location: '/' }).end();
  else if (path.startsWith('/hooks/')) json(response, 200, { received: true });
  else if (path.startsWith('/checkout/'))
    setTimeout(json, 340, response, 500, { error: 'no stock' });
  else if (path === '/orders') json(response, 200, { page: 2, orders: ORDERS });
  else if (path === '/events') events(response);
  else response.writeHead(404).end('not found');
}

function html(response: ServerResponse): void {
  text(response, 'text/html; charset=utf-8', '<!doctype html><h1>The shop</h1>\n');
}

function text(response: ServerResponse, type: string, content: string): void {
  response.writeHead(200, { 'Content-Type': type }).end(content);
}

function json(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(content));
}

function events(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('event: stock\nid: 1\ndata: {"sku":"mug-blue","left":11}\n\n');
}
