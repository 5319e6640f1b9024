import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WsBoundary } from '@sellia/protocol';
import { VirtualClock } from '@sellia/session';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeFact } from '../src/exchange-fact.ts';
import {
  eventually,
  guarded,
  rigFor as openRig,
  pattern,
  RawUpstream,
  Rig,
  type RigOptions,
} from './rig.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const HEADERS = [
  ...['Host', 't1.test', 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', KEY],
  ...['Sec-WebSocket-Protocol', 'a, b', 'Cookie', 'c=1', 'Origin', 'https://t1.test'],
  ...['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
];
const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`;

describe('forwarding an upgrade', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function rigFor(onRequest: (socket: Socket) => void, options: RigOptions = {}) {
    const answer = (socket: Socket, text: string) => {
      if (text.includes('HTTP/1.1\r\n')) onRequest(socket);
    };
    const { raw, rig, close } = await openRig(answer, options);
    closers.push(close);
    return { raw, rig };
  }

  it('passes request and switch whole, then bytes both ways', async () => {
    const { raw, rig } = await rigFor((socket) => socket.write(`${SWITCH}greeting`));
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await asked.until(() => asked.body === 'greeting', 'the greeting');
    expect(asked.head).toEqual({
      status: 101,
      reason: 'Switching Protocols',
      headers: [
        ...['Sec-WebSocket-Accept', ACCEPT, 'Sec-WebSocket-Protocol', 'b'],
        ...['Sec-WebSocket-Extensions', 'permessage-deflate'],
      ],
    });
    const sent = raw.received[0] ?? '';
    for (let i = 0; i < HEADERS.length; i += 2) {
      expect(sent.toLowerCase()).toContain(`${HEADERS[i]}: ${HEADERS[i + 1]}\r\n`.toLowerCase());
    }
    expect(sent).toMatch(/\r\nUpgrade: websocket\r\n/);
    expect(sent).toMatch(/\r\nConnection: Upgrade\r\n/);
    asked.stream?.write(Buffer.from('hello'));
    await raw.until(() => (raw.received[0] ?? '').endsWith('hello'), 'hello');
    raw.sockets[0]?.write('world');
    await asked.until(() => asked.body === 'greetingworld', 'world');
    raw.sockets[0]?.end('bye');
    await asked.done();
    expect(asked.body).toBe('greetingworldbye');
    expect(asked.ended).toBe(true);
    asked.stream?.end();
    const socket = raw.sockets[0] as Socket;
    await raw.until(() => socket.readableEnded, 'the other end');
    expect(rig.faults).toEqual([]);
  });

  it('holds what the visitor sends before the 101', async () => {
    let answer = () => {};
    const { raw, rig } = await rigFor((socket) => {
      answer = () => void socket.write(SWITCH);
    });
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    asked.stream?.write(Buffer.from('early'));
    await raw.until(() => (raw.received[0] ?? '').includes('\r\n\r\n'), 'the request');
    expect(raw.received[0]).toMatch(/\r\n\r\n$/);
    answer();
    await raw.until(() => (raw.received[0] ?? '').endsWith('\r\n\r\nearly'), 'the early bytes');
    await asked.until(() => asked.head?.status === 101, 'the 101');
  });

  it.each([
    ['a wrong accept', SWITCH.replace(ACCEPT, createHash('sha1').update('x').digest('base64'))],
    ['no accept', SWITCH.replace(/Sec-WebSocket-Accept: .*\r\n/, '')],
    ['two accepts', SWITCH.replace('\r\n\r\n', `\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`)],
    ['another protocol', SWITCH.replace('WebSocket', 'h2c')],
    ['no Upgrade', SWITCH.replace('Upgrade: WebSocket\r\n', '')],
    ['no Connection', SWITCH.replace('Connection: Upgrade\r\n', '')],
    ['a length', SWITCH.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n')],
  ])('refuses a 101 with %s', async (_what, bytes) => {
    const { raw, rig } = await rigFor((socket) => socket.write(bytes));
    const asked = await rig.ask({ kind: 'upgrade', headers: HEADERS }).done();
    expect(asked.head).toBeUndefined();
    expect(asked.reset?.code).toBe('SELLIA_UPSTREAM_INVALID');
    const socket = raw.sockets[0] as Socket;
    await raw.until(() => socket.readableEnded || socket.destroyed, 'the end of the connection');
  });

  it.each([
    [400, 'Content-Length: 3\r\n\r\nbad', 'bad'],
    [401, 'WWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n', ''],
    [403, 'Transfer-Encoding: chunked\r\n\r\n3\r\nno!\r\n0\r\n\r\n', 'no!'],
    [426, 'Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n', ''],
    [302, 'Location: /\r\nContent-Length: 0\r\n\r\n', ''],
    [200, 'Content-Length: 2\r\n\r\nok', 'ok'],
  ])('passes a %d on as it is', async (status, rest, body) => {
    const { raw, rig } = await rigFor((socket) =>
      socket.write(`HTTP/1.1 ${status} Why\r\n${rest}`),
    );
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    asked.stream?.write(Buffer.from('frame'));
    await asked.done();
    expect(asked.head?.status).toBe(status);
    expect(asked.body).toBe(body);
    expect(asked.ended).toBe(true);
    const socket = raw.sockets[0] as Socket;
    await raw.until(() => socket.readableEnded || socket.destroyed, 'the end of the connection');
    expect(raw.received[0]).not.toContain('frame');
    // An end and no reset: many a server listens to no error on the socket of an upgrade.
    expect(socket.errored).toBeNull();
  });

  it('ends as cut when the upstream drops the connection', async () => {
    const { raw, rig } = await rigFor((socket) => socket.write(SWITCH));
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await asked.until(() => asked.head !== undefined, 'the 101');
    raw.sockets[0]?.resetAndDestroy();
    await asked.done();
    expect(asked.ended).toBe(false);
    expect(asked.reset?.code).toBe('SELLIA_UPSTREAM_RESET');
  });

  it('lets the upstream go when the visitor leaves during the handshake', async () => {
    const { raw, rig } = await rigFor(() => {});
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await raw.until(() => (raw.received[0] ?? '') !== '', 'the request');
    asked.stream?.abort('SELLIA_CANCELLED');
    const socket = raw.sockets[0] as Socket;
    await raw.until(() => socket.readableEnded || socket.destroyed, 'the end of the connection');
    expect(socket.errored).toBeNull();
  });

  it('gives up on an upstream that never answers', async () => {
    const clock = new VirtualClock();
    const { raw, rig } = await rigFor(() => {}, { clock });
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await raw.until(() => (raw.received[0] ?? '') !== '', 'the request');
    clock.advance(60_000);
    await asked.done();
    expect(asked.reset?.code).toBe('SELLIA_UPSTREAM_TIMEOUT');
  });

  it('stops the upstream while the visitor does not read, and loses nothing', async () => {
    const size = 4 * 1024 * 1024;
    const { raw, rig } = await rigFor((socket) => {
      socket.write(SWITCH);
      socket.write(pattern(size));
    });
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    asked.reads = false;
    const held = () => asked.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    await asked.until(() => held() >= 256 * 1024, 'a window of bytes');
    await guarded(new Promise((resolve) => setImmediate(resolve)), 'a turn');
    expect(held()).toBe(256 * 1024);
    expect(raw.sockets.length).toBe(1);
    asked.reads = true;
    asked.stream?.consume(held());
    await asked.until(() => held() === size, 'everything');
    expect(Buffer.concat(asked.chunks).equals(pattern(size))).toBe(true);
  });

  it('tells the upstream in a frame of its own that the relay goes', async () => {
    const { raw, rig } = await rigFor((socket) => socket.write(SWITCH));
    const facts: ExchangeFact[] = [];
    rig.feed.subscribe((fact) => facts.push(fact));
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await asked.until(() => asked.head !== undefined, 'the 101');
    const hello = '\x81\x85\0\0\0\0hello';
    asked.stream?.write(Buffer.from(hello, 'latin1'));
    await raw.until(() => (raw.received[0] ?? '').endsWith(hello), 'hello');
    rig.relay.close('SELLIA_GOING_AWAY', 'bye');
    const socket = raw.sockets[0] as Socket;
    await raw.until(() => socket.readableEnded, 'the end');
    const [, told = ''] = (raw.received[0] ?? '').split(hello);
    const boundary = new WsBoundary();
    boundary.push(Buffer.from(told, 'latin1'));
    expect([boundary.isClosed, boundary.closeCode]).toEqual([true, 1012]);
    expect((told.charCodeAt(1) & 0x80) !== 0).toBe(true);
    socket.end();
    await eventually(() => facts.at(-1)?.type === 'failed', 'the end of the exchange');
    const close = { code: 1012, side: 'relay' };
    expect(facts.at(-1)).toMatchObject({ code: 'SELLIA_GOING_AWAY', close });
  });

  it.each([
    ['visitor', '\x88\x82\x01\x01\x01\x01\x02\xe9', 1000],
    ['upstream', '\x88\x02\x0f\xa0', 4000],
    ['upstream', '\x88\x00', 1005],
  ])('tells the feed how the %s closed', async (side, frame, code) => {
    const { raw, rig } = await rigFor((socket) => socket.write(SWITCH));
    const facts: ExchangeFact[] = [];
    rig.feed.subscribe((fact) => facts.push(fact));
    const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
    await asked.until(() => asked.head !== undefined, 'the 101');
    const bytes = Buffer.from(frame, 'latin1');
    const socket = raw.sockets[0] as Socket;
    if (side === 'visitor') {
      asked.stream?.write(bytes);
      await raw.until(() => (raw.received[0] ?? '').endsWith(frame), 'the close frame');
      socket.end(Buffer.from('\x88\x02\x03\xf3', 'latin1'));
    } else {
      socket.end(bytes);
    }
    await asked.done();
    asked.stream?.end();
    await eventually(() => facts.at(-1)?.type === 'closed', 'the end of the exchange');
    expect(facts.at(-1)).toMatchObject({ type: 'closed', close: { code, side } });
  });

  it.each(['visitor', 'upstream'] as const)(
    'tells the feed that the %s left without a close frame',
    async (side) => {
      const { raw, rig } = await rigFor((socket) => socket.write(SWITCH));
      const facts: ExchangeFact[] = [];
      rig.feed.subscribe((fact) => facts.push(fact));
      const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
      await asked.until(() => asked.head !== undefined, 'the switch');
      if (side === 'visitor') {
        asked.stream?.end();
        await once(raw.sockets[0] as Socket, 'end');
        raw.sockets[0]?.end();
      } else {
        raw.sockets[0]?.end();
        await asked.until(() => asked.ended, 'the end');
        asked.stream?.end();
      }
      await eventually(() => facts.at(-1)?.type === 'closed', 'the end of the exchange');
      expect(facts.at(-1)).toMatchObject({ type: 'closed', close: { code: 1006, side } });
    },
  );

  it.each(['tcp', 'a socket path'])(
    'leaves nothing behind when the visitor leaves, over %s',
    async (way) => {
      const folder = mkdtempSync(join(tmpdir(), 'sellia-'));
      closers.push(() => rmSync(folder, { recursive: true }));
      const isWindows = process.platform === 'win32';
      const path = isWindows ? `\\\\.\\pipe\\sellia-up-${process.pid}` : join(folder, 'app.sock');
      const raw = new RawUpstream((socket, text) => {
        if (!text.includes('HTTP/1.1\r\n')) return;
        socket.write(SWITCH);
        // Reads no more: what the visitor still sends stays in the client.
        socket.pause();
      });
      raw.server.listen(way === 'tcp' ? 0 : path);
      await once(raw.server, 'listening');
      const { port } = (way === 'tcp' ? raw.server.address() : { port: 0 }) as AddressInfo;
      const clock = new VirtualClock();
      const rig = new Rig({ target: way === 'tcp' ? `${port}` : `unix:${path}`, clock });
      closers.push(
        () => rig.close(),
        () => raw.close(),
      );
      await rig.ready;
      const asked = rig.ask({ kind: 'upgrade', headers: HEADERS });
      await asked.until(() => asked.head !== undefined, 'the 101');
      // More than kernels hold: then the client, and last the window, are full.
      asked.stream?.write(Buffer.alloc(16 * 1024 * 1024));
      await eventually(() => asked.stream?.sendWindow.credit === 0, 'a full window');
      asked.stream?.abort('SELLIA_CANCELLED', 'the visitor left');
      // Cut at once where the client's socket is full, else when it has taken nothing for a while.
      const isOver = () => {
        clock.advance(1_000);
        return rig.upstream.sockets === 0;
      };
      await eventually(isOver, 'no connection');
      expect(rig.faults).toEqual([]);
    },
  );
});
