import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ControlSocketServer, dialTransport, systemClock, type Transport } from '@sellia/session';
import { type Ends, joinSessions } from './session-pair.ts';

/** A relay's and a client's session over a real WebSocket on loopback. */
export class SocketSessions {
  readonly server: Server;
  readonly sockets = new ControlSocketServer();
  #ends: Ends | undefined;

  constructor() {
    this.server = createServer((_request, response) => response.writeHead(404).end('not here'));
  }

  get ends(): Ends {
    if (this.#ends === undefined) throw new Error('not joined');
    return this.#ends;
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async join(): Promise<Ends> {
    const url = await this.listen();
    const accepted = new Promise<Transport>((resolve) => {
      this.server.on('upgrade', (request, socket, head) => {
        this.sockets.accept(request, socket, head, resolve);
      });
    });
    const dialled = await dialTransport({ url, headers: {} });
    this.#ends = joinSessions(systemClock, await accepted, dialled);
    while (this.ends.clientOwner.ready.length === 0) {
      await new Promise<void>((resolve) => systemClock.soon(resolve));
    }
    return this.#ends;
  }

  async close(): Promise<void> {
    this.#ends?.client.close('SELLIA_GOING_AWAY', 'test over');
    this.sockets.close();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
