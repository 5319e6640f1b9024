/** Requests that a tunnel sends to its own upstream, without the relay. */
import { createHash } from 'node:crypto';
import type { ExchangeFact, Replay } from '@sellia/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type InProcessRig, startRig } from '../src/rig/index.ts';
import { MiB } from '../src/servers/bulk.ts';

const NOTHING = new Uint8Array();

let rig: InProcessRig;
const facts: ExchangeFact[] = [];
beforeEach(async () => {
  rig = await startRig();
  facts.length = 0;
  rig.tunnel.feed.subscribe((fact) => {
    // The chunk is only lent.
    if (fact.type === 'bodyChunk') facts.push({ ...fact, chunk: Buffer.from(fact.chunk) });
    else facts.push(fact);
  });
});
afterEach(async () => {
  if (rig.tunnel.status.state === 'public') rig.assertHealthy();
  await rig.close();
});

function send(replay: Partial<Replay> = {}): number {
  const headers = ['Host', rig.host];
  const simple = { method: 'GET', target: '/', headers, body: NOTHING, scheme: 'http' } as const;
  return rig.tunnel.replay({ ...simple, ...replay });
}

const of = (exchange: number) => facts.filter((fact) => fact.exchange === exchange);
const end = (exchange: number) =>
  eventually(
    () => of(exchange).find(({ type }) => type === 'closed' || type === 'failed'),
    () => `the end of exchange ${exchange}`,
  );

test('reach the upstream as those of visitors do, and are told alike', async () => {
  const visitor = await rig.send(
    `GET /a?b=%20 HTTP/1.1\r\n${rig.hostLine}X-A: 1\r\nx-a: 2\r\n\r\n`,
  );
  await visitor.response();
  const [first] = rig.origin.exchanges;
  const head = of(1).find((fact) => fact.type === 'opened');
  if (head?.type !== 'opened') throw new Error('no head was told');
  const { method, target, headers } = head;
  const exchange = send({ method, target, headers });
  expect(exchange).toBe(2);
  await end(exchange);
  const [, second] = rig.origin.exchanges;
  expect(second?.request.startLine).toBe(first?.request.startLine);
  expect(second?.request.headers).toEqual(first?.request.headers);
  const told = (number: number) =>
    of(number).map((fact) => [
      fact.type,
      'status' in fact ? fact.status : '',
      fact.type === 'bodyChunk' ? String(fact.chunk) : '',
    ]);
  expect(told(2)).toEqual(told(1));
  visitor.destroy();
});

test('take their body along, however large, with a length of its own', async () => {
  rig.origin.script = async (exchange) => {
    const request = await exchange.whole();
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${request.digest()}`);
  };
  const body = Buffer.alloc(4 * MiB, 'abcdefg');
  const headers = ['Host', rig.host, 'Transfer-Encoding', 'chunked', 'content-length', '7'];
  const exchange = send({ method: 'POST', body, headers });
  expect((await end(exchange)).type).toBe('closed');
  const answer = of(exchange).find(
    (fact) => fact.type === 'bodyChunk' && fact.direction === 'response',
  );
  const digest = createHash('sha256').update(body).digest('hex');
  expect(answer?.type === 'bodyChunk' && String(answer.chunk)).toBe(digest);
  expect(rig.origin.exchanges[0]?.request.value('content-length')).toBe(String(body.length));
  expect(rig.origin.exchanges[0]?.request.value('transfer-encoding')).toBeUndefined();
});

test('read an answer to its end, however large', async () => {
  const large = Buffer.alloc(8 * MiB, 'x');
  rig.origin.script = (exchange) => {
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`);
    exchange.send(large);
  };
  const exchange = send();
  expect(await end(exchange)).toMatchObject({ type: 'closed', responseBytes: large.length });
});

test('fail as those of visitors do', async () => {
  rig.origin.script = (exchange) => exchange.reset();
  const ended = await end(send());
  expect(ended).toMatchObject({ type: 'failed', code: 'SELLIA_UPSTREAM_RESET' });
});

test('that HTTP cannot send are refused, and nothing is sent', () => {
  const bad: [Partial<Replay>, RegExp][] = [
    [{ method: 'G T' }, /method/],
    [{ method: '' }, /method/],
    [{ target: 'http://x/' }, /path/],
    [{ target: '/a b' }, /path/],
    [{ target: '/\r\nX: y' }, /path/],
    [{ headers: ['X', 'a\r\nY: b'] }, /header "X"/],
    [{ headers: ['a b', 'c'] }, /header "a b"/],
    [{ headers: ['X'] }, /header/],
    [{ headers: ['X', 'x'.repeat(70_000)] }, /too long/],
    [{ target: `/${'x'.repeat(70_000)}` }, /too long/],
    [{ headers: Array.from({ length: 4_000 }, () => 'x') }, /too many/],
  ];
  for (const [replay, message] of bad) expect(() => send(replay)).toThrow(message);
  expect(rig.origin.exchanges).toEqual([]);
});

test('past a number wait for their turn: the caller is told', async () => {
  rig.origin.script = () => {};
  const running = Array.from({ length: 32 }, () => send());
  expect(() => send()).toThrow(/too many replays/i);
  await rig.origin.when(() => rig.origin.exchanges.length === 32, 'all of them');
  for (const { socket } of rig.origin.openConnections) socket.resetAndDestroy();
  await Promise.all(running.map(end));
  rig.origin.script = (exchange) => exchange.send('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await end(send())).type).toBe('closed');
});

test('end with the tunnel, and are refused from then on', async () => {
  rig.origin.script = () => {};
  const exchange = send();
  await rig.origin.exchange();
  await rig.tunnel.close({ drainMs: 0 });
  await rig.origin.when(() => rig.origin.openConnections.length === 0, 'no connection');
  expect(of(exchange).at(-1)?.type).not.toBe('closed');
  expect(() => send()).toThrow(/closed/);
});
