import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CANARY } from './origin.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** An upstream of node:http, for what a well-behaved server does. `server` takes more listeners. */
export class HandlerOrigin {
  readonly server: Server;

  constructor(handler: Handler) {
    this.server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
      if (request.url?.startsWith(CANARY)) response.end(`${request.method} ${request.url}\n`);
      else handler(request, response);
    });
    this.server.maxHeadersCount = 0;
    this.server.requestTimeout = 0;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', () => resolve());
    });
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
