import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, VirtualClock } from '@sellia/session';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { parseTarget } from '../src/target.ts';
import { UpstreamDial } from '../src/upstream-dial.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { eventually, guarded, later, RawUpstream, Rig, rigFor } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function rigAt(
  target: string,
  options: ConstructorParameters<typeof Rig>[0] = {},
): Promise<Rig> {
  const rig = new Rig({ target, ...options });
  closers.push(() => rig.close());
  await rig.ready;
  return rig;
}

describe('connections to the upstream', () => {
  it.each(['127.0.0.1', '::1'])('finds localhost that listens on %s only', async (address) => {
    const raw = new RawUpstream((socket) => socket.end(OK));
    const port = await raw.listen(address);
    closers.push(() => raw.close());
    const rig = await rigAt(`localhost:${port}`);
    for (let i = 0; i < 3; i++) expect((await rig.ask().done()).body).toBe('ok');
  });

  it('says when nothing listens, and serves once something does', async () => {
    const raw = new RawUpstream((socket) => socket.write(OK));
    const port = await raw.listen();
    raw.server.close();
    await once(raw.server, 'close');
    const rig = await rigAt(`localhost:${port}`);
    expect((await rig.ask().done()).reset).toEqual({
      code: 'SELLIA_UPSTREAM_REFUSED',
      reason: 'connection refused',
    });
    const later = new RawUpstream((socket) => socket.write(OK));
    later.server.listen(port, '127.0.0.1');
    await once(later.server, 'listening');
    closers.push(() => later.close());
    expect((await rig.ask().done()).body).toBe('ok');
  });

  it('speaks to a socket path, and says when there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sellia-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const isWindows = process.platform === 'win32';
    const path = isWindows ? `\\\\.\\pipe\\sellia-${process.pid}` : join(folder, 'app.sock');
    const missing = await rigAt(`unix:${path}`);
    expect((await missing.ask().done()).reset?.code).toBe('SELLIA_UPSTREAM_REFUSED');
    const raw = new RawUpstream((socket) => socket.write(OK));
    raw.server.listen(path);
    await once(raw.server, 'listening');
    closers.push(() => raw.close());
    const rig = await rigAt(`unix:${path}`);
    expect((await rig.ask().done()).body).toBe('ok');
    const gone = rig.ask({ method: 'POST', ended: false });
    await raw.until(() => raw.received.join('').includes('POST'), 'the second request');
    gone.stream?.abort('SELLIA_CANCELLED');
    await raw.until(() => raw.sockets.every((socket) => socket.readableEnded), 'the end of it');
    expect(rig.faults).toEqual([]);
  });

  it('speaks TLS, and refuses a certificate that it cannot verify', async () => {
    const hosts: string[] = [];
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
      hosts.push(request.headers.host ?? '');
      request.pipe(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const rig = await rigAt(`https://localhost:${port}`);
    const asked = rig.ask({ method: 'POST', headers: ['Host', 't.test'], ended: false });
    asked.stream?.write(Buffer.from('hello'));
    asked.stream?.end();
    expect((await asked.done()).body).toBe('hello');
    expect(hosts).toEqual(['t.test']);
    const strict = new UpstreamDial(parseTarget(`https://localhost:${port}`), {
      ...DEFAULT_LIMITS,
      clock: systemClock,
      isInsecure: false,
    });
    const refused = later<Error | null>();
    strict.dial(false, (error) => refused.resolve(error));
    expect(await guarded(refused.promise, 'a refusal')).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const plain = new RawUpstream(() => {});
    const plainPort = await plain.listen();
    closers.push(() => plain.close());
    plain.server.on('connection', (socket: Socket) =>
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    const wrong = await rigAt(`https://127.0.0.1:${plainPort}`);
    expect((await wrong.ask().done()).reset?.code).toBe('SELLIA_UPSTREAM_TLS');
  });

  it('gives up a connection attempt that is not answered', async () => {
    const clock = new VirtualClock();
    // TEST-NET-1 (RFC 5737): nobody answers there; where it is refused at once, that is told.
    const dial = new UpstreamDial(parseTarget('192.0.2.1:81'), {
      ...DEFAULT_LIMITS,
      clock,
      isInsecure: false,
    });
    const failed = later<Error | null>();
    dial.dial(false, (error) => failed.resolve(error));
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    const error = await guarded(failed.promise, 'the failure');
    expect(['no connection in time', 'connect']).toContain(
      error === null || 'syscall' in error ? 'connect' : error.message,
    );
    expect(clock.pending).toBe(0);
    await eventually(() => dial.sockets === 0, 'no socket');
  });

  it('waits for a head so long, for a body for ever', async () => {
    const clock = new VirtualClock();
    let answer = (_text: string) => {};
    const { rig, raw, close } = await rigFor(
      (socket) => {
        answer = (text) => void socket.write(text);
      },
      { clock },
    );
    closers.push(close);
    const seen = (count: number) =>
      raw.until(() => raw.received.join('').split('\r\n\r\n').length > count, 'the request');
    const slow = rig.ask();
    await seen(1);
    clock.advance(59_999);
    answer('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
    await slow.until(() => slow.body === 'ha', 'half of the body');
    clock.advance(3_600_000);
    answer('lf');
    expect((await slow.done()).body).toBe('half');
    const tooSlow = rig.ask();
    await seen(2);
    clock.advance(60_000);
    expect((await tooSlow.done()).reset?.code).toBe('SELLIA_UPSTREAM_TIMEOUT');
    const socket = raw.sockets.at(-1) as Socket;
    await raw.until(() => socket.destroyed || socket.readableEnded, 'the end of the connection');
  });

  it('does not blame the upstream for a visitor who uploads slowly', async () => {
    const clock = new VirtualClock();
    const { rig, raw, close } = await rigFor(() => {}, { clock });
    closers.push(close);
    const asked = rig.ask({
      method: 'POST',
      headers: ['Host', 't', 'Content-Length', '2'],
      ended: false,
    });
    asked.stream?.write(Buffer.from('a'));
    await raw.until(() => (raw.received[0] ?? '').endsWith('\r\n\r\na'), 'the first byte');
    clock.advance(3_600_000);
    asked.stream?.write(Buffer.from('b'));
    asked.stream?.end();
    await raw.until(() => (raw.received[0] ?? '').endsWith('\r\n\r\nab'), 'the second byte');
    clock.advance(59_999);
    expect(asked.reset).toBeUndefined();
    clock.advance(1);
    expect((await asked.done()).reset?.code).toBe('SELLIA_UPSTREAM_TIMEOUT');
  });

  it('closes connections that were not used for a while', async () => {
    const clock = new VirtualClock();
    const { rig, raw, close } = await rigFor(OK, { clock });
    closers.push(close);
    await rig.ask().done();
    clock.advance(3_999);
    expect(rig.upstream.sockets).toBe(1);
    clock.advance(1);
    await raw.until(() => raw.sockets[0]?.readableEnded === true, 'the end of the connection');
    await rig.ask().done();
    expect(raw.sockets.length).toBe(2);
  });

  it('believes a server that keeps connections for less', async () => {
    const clock = new VirtualClock();
    const short = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\nok';
    const { rig, raw, close } = await rigFor(short, { clock });
    closers.push(close);
    await rig.ask().done();
    clock.advance(999);
    await rig.ask().done();
    expect(raw.sockets.length).toBe(1);
    clock.advance(1_000);
    expect((await rig.ask().done()).body).toBe('ok');
    expect(raw.sockets.length).toBe(2);
  });

  it('opens so many connections and no more; who leaves the line is forgotten', async () => {
    const held: Socket[] = [];
    const { rig, raw, close } = await rigFor((socket) => held.push(socket), {
      limits: { upstreamSockets: 2 },
    });
    closers.push(close);
    const asked = Array.from({ length: 5 }, () => rig.ask());
    await raw.until(() => held.length === 2, 'two requests');
    expect(raw.sockets.length).toBe(2);
    asked[2]?.stream?.abort('SELLIA_CANCELLED');
    await eventually(() => asked[2]?.stream?.isClosed === true, 'the end of the third');
    for (let served = 0; served < 4; served++) {
      await raw.until(() => held.length > served, 'the next request');
      held[served]?.write(OK);
    }
    for (const index of [0, 1, 3, 4]) expect((await asked[index]?.done())?.body).toBe('ok');
    expect(raw.sockets.length).toBe(2);
    expect(held.length).toBe(4);
  });

  it('serves a burst over as many connections, and keeps few', async () => {
    const { rig, close } = await rigFor(
      (socket, text) => {
        const target = /^GET (\S+)/.exec(text)?.[1] ?? '';
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      },
      { limits: { idleSockets: 4 } },
    );
    closers.push(close);
    const asked = Array.from({ length: 200 }, (_unused, i) => rig.ask({ target: `/${i}` }));
    for (const [i, answer] of asked.entries()) expect((await answer.done()).body).toBe(`/${i}`);
    await eventually(() => rig.upstream.sockets <= 4, 'few connections');
  });
});
