import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Inspector, type InspectorOptions, shownTunnel } from '@sellia/inspector';
import type { ExchangeDetail, LiveMessage, Status } from '@sellia/inspector/browser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { eventually, type InProcessRig, MemoryWatch, startRig } from '../../src/rig/index.ts';
import { bulkDigest, MiB, sendBulk } from '../../src/servers/bulk.ts';
import { handshake, switchProtocols } from '../../src/servers/upgrade.ts';

/** A real tunnel that is shown, as scripts see it; no page. */

const LONG_MS = 60_000;

let rig: InProcessRig;
let inspector: Inspector;
beforeEach(() => start());
afterEach(async () => {
  await inspector.close();
  await rig.close();
});

async function start(options: Partial<InspectorOptions> = {}): Promise<void> {
  rig = await startRig({ connectOptions: { reports: true } });
  inspector = await Inspector.start({ version: '0.0.0-test', port: 0, ...options });
  inspector.show(shownTunnel(rig.tunnel, rig.origin.url));
}

async function ask<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${inspector.token}` };
  const answer = await fetch(`${inspector.url}api/v1${path}`, { headers });
  return answer.json() as Promise<Answer>;
}

const newest = () => [...inspector.store.newest()][0];
const newestDetail = () => ask<ExchangeDetail>(`/exchanges/${newest()?.id}`);

/** It is over, and the relay has told how it went. */
async function reported(): Promise<ExchangeDetail> {
  await eventually(
    () => (newest()?.detail.timing.visitorTotalMs ?? -1) >= 0,
    () => `no report: ${JSON.stringify(newest()?.row)}`,
  );
  return newestDetail();
}

describe('the hops of an exchange', () => {
  test('follow one another, at the client and for the visitor', async () => {
    rig.origin.script = async (exchange) => {
      await exchange.whole();
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    };
    await rig.ask('/first');
    const first = await reported();
    await rig.ask('/again', { method: 'GET' });
    await eventually(
      () => newest()?.row.target === '/again',
      () => 'no second exchange',
    );
    const { timing } = await reported();
    expect([first.timing.isReused, timing.isReused]).toEqual([false, true]);
    for (const each of [first.timing, timing]) {
      const { connectMs, requestSentMs, responseEndMs, durationMs } = each;
      expect(connectMs).toBeGreaterThanOrEqual(0);
      expect(requestSentMs).toBeGreaterThanOrEqual(connectMs);
      expect(responseEndMs).toBeGreaterThanOrEqual(requestSentMs);
      expect(responseEndMs).toBe(durationMs);
      expect(each.visitorTotalMs).toBeGreaterThanOrEqual(each.visitorFirstByteMs);
    }
  });
});

describe('an event stream', () => {
  test('is told event by event while it is open', async () => {
    const events = () =>
      ask<{ isOpen: boolean; events: { text: string }[] }>(`/exchanges/${newest()?.id}/events`);
    rig.origin.answers('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: first\n\n');
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await visitor.when(
      () => visitor.receivedLength > 0 && visitor.messages[0]?.text !== '',
      'event',
    );
    expect(await events()).toMatchObject({ isOpen: true, events: [{ text: 'first' }] });
    (await rig.origin.exchange()).end('data: second\n\n');
    await visitor.response();
    await reported();
    expect(await events()).toMatchObject({
      isOpen: false,
      events: [{ text: 'first' }, { text: 'second' }],
    });
  });
});

describe('a WebSocket without a close frame', () => {
  test.each(['visitor', 'upstream'] as const)('was cut off by the %s, with 1006', async (side) => {
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const visitor = await rig.send(handshake(rig));
    await visitor.head();
    const { connection } = await rig.origin.exchange();
    if (side === 'visitor') visitor.end();
    else connection.socket.end();
    await connection.gone();
    await visitor.closed();
    await eventually(
      () => newest()?.row.socket?.close !== undefined,
      () => `not closed: ${JSON.stringify(newest()?.row)}`,
    );
    expect(newest()?.row).toMatchObject({
      state: 'aborted',
      socket: { close: { code: 1006, reason: '', side } },
    });
  });
});

describe('the status', () => {
  const status = async () => (await ask<Status>('/status')).tunnels[0];

  test('knows the relay, the tunnel, and what went through', async () => {
    await rig.ask('/a');
    await reported();
    const { relay, tunnel } = rig;
    expect(await status()).toMatchObject({
      state: 'public',
      link: {
        relay: `127.0.0.1:${relay.port}`,
        version: 1,
        relayAgent: expect.stringMatching(/./),
      },
      outages: [],
      minute: { requests: 1, errors: 0 },
      upstream: { state: 'answers' },
    });
    expect((await status())?.link?.connectedAt).toBe(tunnel.link?.connectedAt);
  });

  test('tells of an upstream that refuses, and is there again', async () => {
    const gone = createServer();
    gone.listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    await inspector.close();
    await rig.close();
    rig = await startRig({ upstream: { url: `http://127.0.0.1:${port}` } });
    inspector = await Inspector.start({ version: '0.0.0-test', port: 0 });
    const { tunnel } = rig;
    inspector.show({
      ...{ name: tunnel.name, url: tunnel.url, target: `127.0.0.1:${port}` },
      status: tunnel.status,
      roundTrip: 0,
      stats: () => tunnel.stats(),
      replay: (replay) => tunnel.replay(replay),
      waitingBytes: (exchange) => tunnel.waitingBytes(exchange),
      sendMessage: (exchange, message) => tunnel.sendMessage(exchange, message),
      feed: tunnel.feed,
    });
    expect((await rig.ask('/')).status).toBe(502);
    const refused = { state: 'refuses', code: 'SELLIA_UPSTREAM_REFUSED', lastAnswerAt: 0 };
    expect((await status())?.upstream).toMatchObject(refused);
    const back = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
    });
    back.listen(port, '127.0.0.1');
    await once(back, 'listening');
    expect((await rig.ask('/')).status).toBe(204);
    expect((await status())?.upstream).toMatchObject({ state: 'answers', code: '' });
    back.close();
  });
});

describe('traffic that is too much to keep', () => {
  test('256 MiB pass whole, in bounded memory; the row says how much was kept', async () => {
    const total = 256 * MiB;
    rig.origin.script = async (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      await sendBulk(exchange.connection.socket, total);
    };
    const digest = bulkDigest(total);
    const watch = new MemoryWatch([process.pid]);
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const response = await visitor.response(LONG_MS);
    const [growth = 0] = watch.stop();
    expect(response.digest()).toBe(digest);
    // Relay, client, origin and visitor are one process here; the visitor keeps 32 MiB.
    expect(growth).toBeLessThan(192 * MiB);
    expect(inspector.store.held).toBeLessThan(2 * MiB);
    const { row, response: told } = await reported();
    expect(row).toMatchObject({ responseBytes: total, isTruncated: true, state: 'done' });
    expect(told.body).toMatchObject({ bytes: total, keptBytes: MiB, expectedBytes: total });
  });

  test('E25 a bomb is passed on untouched, and its beginning shown', async () => {
    const member = gzipSync(Buffer.alloc(16 * MiB));
    const body = Buffer.concat(Array.from({ length: 640 }, () => member)).subarray(0, 10 * MiB);
    const lines = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`;
    rig.origin.script = (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\n${lines}\r\n`);
      exchange.send(body);
    };
    const answer = await rig.ask('/');
    expect(answer.digest()).toBe(createHash('sha256').update(body).digest('hex'));
    const headers = { authorization: `Bearer ${inspector.token}` };
    const path = `${inspector.url}api/v1/exchanges/${newest()?.id}/response/body?decoded=true`;
    const shown = await fetch(path, { headers });
    expect((await shown.arrayBuffer()).byteLength).toBeLessThanOrEqual(4 * MiB);
    expect(shown.headers.get('x-sellia-body')).toBe('too-large');
  });
});

test('J29 a live socket that reads nothing: visitors get their answers, and it reads on later', async () => {
  const page = new WebSocket(`ws://127.0.0.1:${inspector.port}/api/v1/live`, {
    headers: { authorization: `Bearer ${inspector.token}` },
  });
  const rows = new Map<string, string>();
  page.on('message', (bytes) => {
    const message = JSON.parse(String(bytes)) as LiveMessage;
    if (message.type === 'status') return;
    for (const { id, target, state } of message.rows) rows.set(id, `${target} ${state}`);
  });
  await once(page, 'open');
  page.pause();
  const watch = new MemoryWatch([process.pid]);
  const long = 'x'.repeat(2_000);
  rig.origin.script = (exchange) => exchange.send('HTTP/1.1 204 No Content\r\n\r\n');
  for (let i = 0; i < 40; i++) {
    const asked = Array.from({ length: 50 }, (_, j) => rig.ask(`/${i}-${j}?${long}`));
    for (const { status } of await Promise.all(asked)) expect(status).toBe(204);
  }
  const [growth = 0] = watch.stop();
  expect(growth).toBeLessThan(192 * MiB);
  page.resume();
  await eventually(
    () => rows.size === 2_000 && [...rows.values()].every((row) => row.endsWith(' done')),
    () => `${rows.size} rows are known`,
  );
  page.terminate();
});
