import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@sellia/session';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from './rig.ts';
import { eventually, pattern, RawUpstream, Rig, type RigOptions } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const WAIT_MS = 5_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function rigBefore(target: string, options: RigOptions = {}): Promise<Rig> {
  const rig = new Rig({ target, waitUpstreamMs: WAIT_MS, ...options });
  closers.push(() => rig.close());
  await rig.ready;
  return rig;
}

/** The upstream, starting late. */
async function start(where: number | string, answer = OK): Promise<RawUpstream> {
  const raw = new RawUpstream((socket, text) => {
    if (text.includes('\r\n\r\n')) socket.write(answer);
  });
  raw.server.listen(typeof where === 'number' ? { port: where, host: '127.0.0.1' } : where);
  await once(raw.server, 'listening');
  closers.push(() => raw.close());
  return raw;
}

/** Lets `ms` of the clock pass in the steps of the dials, each of which ends before the next. */
async function pass(clock: VirtualClock, rig: Rig, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    clock.advance(Math.min(50, left));
    await eventually(() => rig.upstream.sockets === 0, 'the end of a dial');
  }
}

const REFUSED = { code: 'SELLIA_UPSTREAM_REFUSED', reason: 'connection refused' };

describe('an upstream that refuses connections', () => {
  it('is told at once by default, and serves without a restart once it listens (K18)', async () => {
    const port = await closedPort();
    const rig = await rigBefore(`127.0.0.1:${port}`, { waitUpstreamMs: 0 });
    expect((await rig.ask().done()).reset).toEqual(REFUSED);
    await start(port);
    expect((await rig.ask().done()).body).toBe('ok');
  });

  it('is waited for: requests that came meanwhile are served when it listens', async () => {
    const port = await closedPort();
    const rig = await rigBefore(`localhost:${port}`);
    const asked = [rig.ask(), rig.ask(), rig.ask()];
    await eventually(() => rig.upstream.sockets === 0, 'the first refusals');
    const raw = await start(port);
    for (const answer of asked) expect((await answer.done()).body).toBe('ok');
    expect(raw.received.join('').match(/GET \//g)?.length).toBe(3);
    expect((await rig.ask().done()).body).toBe('ok');
    expect(rig.faults).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('is waited for at a socket path as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sellia-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'app.sock');
    const rig = await rigBefore(`unix:${path}`);
    const asked = rig.ask();
    await eventually(() => rig.upstream.sockets === 0, 'the first refusal');
    await start(path);
    expect((await asked.done()).body).toBe('ok');
  });

  it('gets the whole body of an upload that waited for it', async () => {
    const port = await closedPort();
    const rig = await rigBefore(`127.0.0.1:${port}`);
    const body = pattern(1024 * 1024);
    const length = String(body.length);
    const headers = ['Host', 't.test', 'Content-Length', length];
    const asked = rig.ask({ method: 'POST', headers, ended: false });
    const stream = asked.stream as NonNullable<Answer['stream']>;
    let sent = 0;
    const send = () => {
      while (sent < body.length && stream.write(body.subarray(sent, sent + 16_384))) sent += 16_384;
      if (sent >= body.length) stream.end();
    };
    asked.onDrain = () => {
      sent += 16_384;
      send();
    };
    send();
    await eventually(() => rig.upstream.sockets === 0, 'the first refusal');
    const raw = await start(port, '');
    await raw.until(() => (raw.received[0] ?? '').length > body.length, 'the body');
    expect(raw.received[0]?.split('\r\n\r\n')[1]).toBe(body.toString('latin1'));
    raw.sockets[0]?.write(OK);
    expect((await asked.done()).body).toBe('ok');
  });

  it('is waited for by an upgrade', async () => {
    const port = await closedPort();
    const rig = await rigBefore(`127.0.0.1:${port}`);
    const headers = [
      ...['Host', 't.test', 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
      ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ];
    const asked = rig.ask({ kind: 'upgrade', headers });
    await eventually(() => rig.upstream.sockets === 0, 'the first refusal');
    const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
    await start(
      port,
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
    );
    await asked.until(() => asked.body === 'hello', 'the first bytes');
    expect(asked.head?.status).toBe(101);
  });
});

describe('the wait for an upstream', () => {
  it('ends each request when its own time is up', async () => {
    const clock = new VirtualClock();
    const rig = await rigBefore(`127.0.0.1:${await closedPort()}`, { clock });
    const first = rig.ask();
    await eventually(() => clock.pending >= 3, 'the first refusal');
    await pass(clock, rig, 2_000);
    const second = rig.ask();
    await eventually(() => rig.upstream.sockets > 0, 'the second dial');
    await pass(clock, rig, 2_950);
    expect(first.reset).toBeUndefined();
    await pass(clock, rig, 50);
    expect((await first.done()).reset).toEqual(REFUSED);
    await pass(clock, rig, 1_950);
    expect(second.reset).toBeUndefined();
    await pass(clock, rig, 50);
    expect((await second.done()).reset).toEqual(REFUSED);
  });

  it('dials after 100 ms, then after twice as long up to 500 ms, once for all', async () => {
    const clock = new VirtualClock();
    const rig = await rigBefore(`127.0.0.1:${await closedPort()}`, { clock });
    for (let i = 0; i < 20; i++) rig.ask();
    await eventually(() => clock.pending >= 20 && rig.upstream.sockets === 0, 'twenty refusals');
    const dials: number[] = [];
    for (let at = 50; at <= 2_000; at += 50) {
      clock.advance(50);
      if (rig.upstream.sockets > 0) dials.push(at);
      expect(rig.upstream.sockets).toBeLessThanOrEqual(1);
      await eventually(() => rig.upstream.sockets === 0, 'the end of a dial');
    }
    expect(dials).toEqual([100, 300, 700, 1_200, 1_700]);
  });

  it('ends with its visitor, and leaves nothing behind', async () => {
    const clock = new VirtualClock();
    const rig = await rigBefore(`127.0.0.1:${await closedPort()}`, { clock });
    const asked = [rig.ask(), rig.ask({ method: 'POST', ended: false })];
    asked[1]?.stream?.write(Buffer.from('body'));
    // Two waits, the next dial, the waits for heads.
    await eventually(() => clock.pending === 4, 'two refusals');
    for (const { stream } of asked) stream?.abort('SELLIA_CANCELLED');
    // What is left is the queue of waits for heads.
    await eventually(() => clock.pending === 1, 'no wait');
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
    expect(rig.upstream.sockets).toBe(0);
  });

  it('takes so many requests and refuses the next at once', async () => {
    const clock = new VirtualClock();
    const target = `127.0.0.1:${await closedPort()}`;
    const rig = await rigBefore(target, { clock, limits: { upstreamWaits: 2 } });
    const asked = [rig.ask(), rig.ask(), rig.ask()];
    const over = () => asked.filter(({ reset }) => reset !== undefined);
    await eventually(() => over().length === 1, 'one refusal');
    await pass(clock, rig, 1_000);
    expect(over().length).toBe(1);
  });

  it('gives the upstream its whole time to answer afterwards', async () => {
    const clock = new VirtualClock();
    const port = await closedPort();
    const rig = await rigBefore(`127.0.0.1:${port}`, { clock });
    const asked = rig.ask();
    await eventually(() => clock.pending === 3, 'the first refusal');
    await pass(clock, rig, 4_000);
    const raw = await start(port, '');
    clock.advance(500);
    await raw.until(() => (raw.received[0] ?? '').includes('\r\n\r\n'), 'the request');
    clock.advance(59_999);
    expect(asked.reset).toBeUndefined();
    clock.advance(1);
    expect((await asked.done()).reset?.code).toBe('SELLIA_UPSTREAM_TIMEOUT');
  });
});
