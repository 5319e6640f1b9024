import { once } from 'node:events';
import { type AddressInfo, createServer, connect as netConnect, type Socket } from 'node:net';
import type { MuxStream } from '@sellia/protocol';
import { type Farewell, Splice } from '@sellia/session';
import { opening, Recorder } from './session-pair.ts';
import { SocketSessions } from './socket-sessions.ts';

/** Two TCP sockets that are joined on loopback. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const left = netConnect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  const [right] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [left, right];
}

/** visitor <-> Splice <-> sessions <-> Splice <-> upstream, with every socket to close. */
export class SpliceRig {
  readonly sessions = new SocketSessions();
  readonly all: Socket[] = [];
  visitor!: Socket;
  upstream!: Socket;
  /** The relay's side and the client's. */
  relaySplice!: Splice;
  clientSplice!: Splice;
  /** How each splice ended, in order. */
  codes: (string | undefined)[] = [];
  /** What was thrown in a splice. */
  faults: unknown[] = [];

  async start(farewells: { relay?: Farewell; client?: Farewell } = {}): Promise<void> {
    const { relay, clientOwner } = await this.sessions.join();
    const [visitor, relaySide] = await socketPair();
    const [clientSide, upstream] = await socketPair();
    Object.assign(this, { visitor, upstream });
    this.all.push(visitor, relaySide, clientSide, upstream);
    const onClosed = (code: string | undefined) => this.codes.push(code);
    const onFault = (error: unknown) => this.faults.push(error);
    const accepted = new Promise<void>((resolve) => {
      clientOwner.accept = (stream) => {
        stream.head('101\0Switching Protocols', false);
        queueMicrotask(resolve);
        const options = { lostCode: 'SELLIA_UPSTREAM_RESET', onClosed, onFault } as const;
        const farewell = farewells.client === undefined ? {} : { farewell: farewells.client };
        this.clientSplice = new Splice(stream, clientSide, { ...options, ...farewell });
        return this.clientSplice;
      };
    });
    const waiting = new Recorder();
    const upgraded = new Promise<void>((resolve) => {
      waiting.onHead = () => resolve();
    });
    const request = { method: 'GET', target: '/', headers: [] };
    const stream = relay.open(
      { ...opening, kind: 'upgrade' },
      request,
      false,
      waiting,
    ) as MuxStream;
    await Promise.all([accepted, upgraded]);
    const options = { lostCode: 'SELLIA_CANCELLED', onClosed, onFault } as const;
    const farewell = farewells.relay === undefined ? {} : { farewell: farewells.relay };
    this.relaySplice = new Splice(stream, relaySide, { ...options, ...farewell });
  }

  get tables(): number[] {
    const { relay, client } = this.sessions.ends;
    return [relay.streamCount, client.streamCount];
  }

  async settled(): Promise<void> {
    const until = Date.now() + 5_000;
    while (this.tables.some((count) => count > 0)) {
      if (Date.now() > until) throw new Error(`streams left: ${this.tables}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.all) socket.destroy();
    await this.sessions.close();
  }
}

/** Not by iterating, which would destroy a socket that can still be written. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}
