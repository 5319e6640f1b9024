import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** The local server behind a tunnel: answers, echoes, and holds answers back when asked to. */
export class LocalApp {
  /** Answers of `/held`, in the order of the requests. */
  readonly held: ServerResponse[] = [];
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor() {
    this.#http = createServer((request, response) => {
      if (request.url === '/held') this.#hold(response);
      else if (request.url?.startsWith('/status/')) {
        response.writeHead(Number.parseInt(request.url.slice('/status/'.length), 10)).end();
      } else if (request.url === '/host') response.end(request.headers.host);
      else response.end(`${request.method} ${request.url}`);
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('message', (message) => webSocket.send(message));
      });
    });
  }

  async listen(port = 0): Promise<number> {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
    return (this.#http.address() as AddressInfo).port;
  }

  /** Settles when a request for `/held` waits. */
  async nextHeld(): Promise<ServerResponse> {
    if (this.held.length === 0) await once(this.#http, 'held');
    return this.held.shift() as ServerResponse;
  }

  close(): void {
    for (const webSocket of this.#sockets.clients) webSocket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #hold(response: ServerResponse): void {
    this.held.push(response);
    this.#http.emit('held');
  }
}
