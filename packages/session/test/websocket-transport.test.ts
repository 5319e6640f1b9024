import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits } from '@sellia/protocol';
import { DialError, dialTransport } from '@sellia/session';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { opening, Recorder } from './session-pair.ts';
import { SocketSessions } from './socket-sessions.ts';

const open: SocketSessions[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sessions) => sessions.close()));
});

function create(): SocketSessions {
  const sessions = new SocketSessions();
  open.push(sessions);
  return sessions;
}

describe('a session over a WebSocket', () => {
  test('16 MiB come through whole, both tables end empty', async () => {
    const { relay, client, clientOwner } = await create().join();
    const visitor = new Recorder();
    const over = new Promise<void>((resolve) => {
      visitor.onEnd = resolve;
    });
    const chunk = new Uint8Array(64 * 1024).fill(5);
    let left = 256;
    clientOwner.accept = (stream) => {
      const owner = new Recorder();
      owner.drained = () => {
        while (left > 0) {
          left--;
          if (!stream.write(chunk)) return;
        }
        stream.end();
      };
      queueMicrotask(() => {
        stream.head('200\0OK', false);
        owner.drained();
      });
      return owner;
    };
    visitor.stream = relay.open(
      opening,
      { method: 'GET', target: '/', headers: [] },
      true,
      visitor,
    );
    await over;
    expect(visitor.bytes).toBe(16 * 2 ** 20);
    expect([relay.streamCount, client.streamCount]).toEqual([0, 0]);
  });

  test('closing one side tells the other why', async () => {
    const { relay, clientOwner } = await create().join();
    const told = new Promise<unknown>((resolve) => {
      clientOwner.onClosed = (code, reason) => resolve([code, reason]);
    });
    relay.close('SELLIA_GOING_AWAY', 'bye');
    expect(await told).toEqual(['SELLIA_GOING_AWAY', 'bye']);
  });
});

describe('the relay’s handshake', () => {
  const connect = async (protocols: string[], onOpen: (socket: WebSocket) => void) => {
    const sessions = create();
    const url = await sessions.listen();
    sessions.server.on('upgrade', (request, socket, head) => {
      sessions.sockets.accept(request, socket, head, (transport) =>
        transport.listen({ onMessage: () => {}, onClose: () => {} }),
      );
    });
    const socket = new WebSocket(url, protocols, { perMessageDeflate: true });
    socket.on('error', () => {});
    socket.on('open', () => onOpen(socket));
    const [code] = await once(socket, 'close');
    return { socket, code };
  };

  test('compression is never negotiated; a text message ends the socket with 1003', async () => {
    let extensions = 'none seen';
    const { code } = await connect([limits.SUBPROTOCOL], (socket) => {
      extensions = socket.extensions;
      socket.send('text');
    });
    expect([extensions, code]).toEqual(['', 1003]);
  });

  test('a message over the limit ends the socket with 1009', async () => {
    const { code } = await connect([limits.SUBPROTOCOL], (socket) => {
      socket.send(new Uint8Array(limits.MESSAGE_MAX + limits.LINK_ROOM + 1));
    });
    expect(code).toBe(1009);
  });

  test('a flood of fragments ends the socket', async () => {
    const { code } = await connect([limits.SUBPROTOCOL], (socket) => {
      for (let i = 0; i < 1000; i++) socket.send(new Uint8Array(1), { fin: false });
    });
    expect([1008, 1009]).toContain(code);
  });
});

describe('dialling', () => {
  async function answering(status: number, headers: Record<string, string>, body: string) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(status, headers).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const error = await dialTransport({ url, headers: { authorization: 'Bearer secret' } }).catch(
      (reason: unknown) => reason,
    );
    server.closeAllConnections();
    server.close();
    return { error, seen };
  }

  test('an HTTP answer is an error with its status and body', async () => {
    const { error } = await answering(401, { 'retry-after': '3' }, 'no such key');
    expect(error).toBeInstanceOf(DialError);
    expect(error).toMatchObject({ status: 401, body: 'no such key', retryAfter: '3' });
  });

  test('a redirect is not followed', async () => {
    const { error, seen } = await answering(302, { location: '/elsewhere' }, '');
    expect(error).toMatchObject({ status: 302 });
    expect(seen).toEqual(['/x']);
  });

  test('a refused connection is an error with its cause', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    await expect(
      dialTransport({ url: `ws://127.0.0.1:${port}/`, headers: {} }),
    ).rejects.toMatchObject({
      name: 'DialError',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('an abort signal ends the attempt', async () => {
    const server = createServer();
    server.on('upgrade', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const controller = new AbortController();
    const attempt = dialTransport({ url, headers: {}, signal: controller.signal });
    controller.abort();
    await expect(attempt).rejects.toBeInstanceOf(DialError);
    server.closeAllConnections();
    server.close();
  });
});
