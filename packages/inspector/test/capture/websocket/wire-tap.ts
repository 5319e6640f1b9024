import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { readHandshake } from '../../../src/capture/websocket/handshake.ts';
import { SocketTap } from '../../../src/capture/websocket/socket-tap.ts';

/** Splices sockets to a port, and gives what passes behind the heads to a SocketTap, as a tunnel does. */
export class WireTap {
  readonly server: Server;
  readonly #onTap: (tap: SocketTap) => void;
  readonly #upstreamPort: number;
  readonly #sockets: Socket[] = [];

  constructor(upstreamPort: number, onTap: (tap: SocketTap) => void) {
    this.#upstreamPort = upstreamPort;
    this.#onTap = onTap;
    this.server = createServer((visitor) => this.#splice(visitor));
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #splice(visitor: Socket): void {
    const upstream = connect(this.#upstreamPort, '127.0.0.1');
    this.#sockets.push(visitor, upstream);
    for (const socket of [visitor, upstream]) socket.on('error', () => {});
    let request = Buffer.alloc(0);
    let response = Buffer.alloc(0);
    let tap: SocketTap | undefined;
    visitor.on('data', (chunk: Buffer) => {
      if (tap === undefined) request = Buffer.concat([request, chunk]);
      else tap.push('request', chunk, Date.now());
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (tap === undefined) {
        response = Buffer.concat([response, chunk]);
        const end = response.indexOf('\r\n\r\n');
        if (end >= 0) {
          tap = new SocketTap(readHandshake(linesOf(request), linesOf(response), 101), Date.now());
          this.#onTap(tap);
          tap.push('response', response.subarray(end + 4), Date.now());
        }
      } else tap.push('response', chunk, Date.now());
      visitor.write(chunk);
    });
    visitor.on('end', () => upstream.end());
    upstream.on('end', () => visitor.end());
  }
}

function linesOf(head: Buffer): string[] {
  const [block = ''] = head.toString('latin1').split('\r\n\r\n');
  const lines = block.split('\r\n').slice(1);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}
