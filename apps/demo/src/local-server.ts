import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { page } from './page.ts';

/** Longest message that is echoed, in bytes. */
const MESSAGE_MAX = 1024 * 1024;

/** The app that the tunnel makes public: a page, and a WebSocket that says everything back. */
export class LocalServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX });

  constructor() {
    this.#http = createServer(onRequest);
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('message', (message, isBinary) =>
          webSocket.send(message, { binary: isBinary }),
        );
      });
    });
  }

  /** Settles with the port, which the system chose. */
  async listen(): Promise<number> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return (this.#http.address() as AddressInfo).port;
  }

  close(): void {
    for (const webSocket of this.#sockets.clients) webSocket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
  }
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(page(request));
}
