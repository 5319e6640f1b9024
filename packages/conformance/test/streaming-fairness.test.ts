import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type InProcessRig,
  type OriginExchange,
  startRig,
  type Visitor,
} from '../src/rig/index.ts';
import { bulkDigest, GiB, MiB, sendBulk } from '../src/servers/bulk.ts';

/** One stream's trouble is its own: order and bounds, never speed. */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

/** Windows on both links, and what the kernel holds of each of the sockets between. */
const HELD_MAX = 24 * MiB;

async function sendLength(exchange: OriginExchange, total: number): Promise<void> {
  exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
  await sendBulk(exchange.connection.socket, total);
}

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\n${rig.hostLine}\r\n`;
}

/** Resolves when `moved` stands still while other exchanges pass. */
async function stalled(moved: () => number): Promise<void> {
  let last = -1;
  for (let quiet = 0; quiet < 5; quiet = moved() === last ? quiet + 1 : 0) {
    last = moved();
    await rig.canary();
  }
}

function taken(exchange: OriginExchange): number {
  const { socket } = exchange.connection;
  return socket.bytesWritten - socket.writableLength;
}

test('F08 F10 a visitor that stops reading stops its origin, alone, and can go on', async () => {
  const total = 256 * MiB;
  rig.origin.script = (exchange) =>
    exchange.request.target === '/bulk' ? sendLength(exchange, total) : echoTarget(exchange);
  const visitor = await rig.send(get('/bulk'));
  await visitor.when(() => visitor.receivedLength > 64 * 1024, '64 KiB');
  visitor.pause();
  const exchange = await rig.origin.exchange();
  await stalled(() => taken(exchange));
  expect(taken(exchange)).toBeLessThan(HELD_MAX);
  for (let i = 0; i < 100; i++) expect((await rig.ask(`/small/${i}`)).text).toBe(`/small/${i}`);
  visitor.resume();
  expect((await visitor.response(60_000)).digest()).toBe(bulkDigest(total));
});

test('F08 an origin that stops reading stops its visitor, alone, and can go on', async () => {
  const total = 256 * MiB;
  let request: OriginExchange | undefined;
  rig.origin.script = async (exchange) => {
    if (exchange.request.target !== '/bulk') return echoTarget(exchange);
    request = exchange;
    exchange.connection.socket.pause();
    const whole = await exchange.whole(60_000);
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${whole.digest()}`);
  };
  const visitor = await rig.send(
    `POST /bulk HTTP/1.1\r\n${rig.hostLine}Content-Length: ${total}\r\n\r\n`,
  );
  const sending = sendBulk(visitor.socket, total);
  await rig.origin.exchange();
  const { socket } = visitor;
  await stalled(() => socket.bytesWritten - socket.writableLength);
  expect(socket.bytesWritten - socket.writableLength).toBeLessThan(HELD_MAX);
  for (let i = 0; i < 100; i++) expect((await rig.ask(`/small/${i}`)).text).toBe(`/small/${i}`);
  request?.connection.socket.resume();
  await sending;
  expect((await visitor.response(60_000)).text).toBe(bulkDigest(total));
});

test('F19 twenty downloads at once get equal shares', async () => {
  const total = 10 * MiB;
  rig.origin.script = (exchange) => sendLength(exchange, total);
  const visitors = await Promise.all(Array.from({ length: 20 }, (_, i) => rig.send(get(`/${i}`))));
  const hasOneEnded = () => visitors.some((visitor) => visitor.messages[0]?.isComplete);
  await Promise.race(visitors.map((visitor) => visitor.when(hasOneEnded, 'one to end', 60_000)));
  expect(jain(visitors.map((visitor) => visitor.receivedLength))).toBeGreaterThanOrEqual(0.95);
  const answers = await Promise.all(visitors.map((visitor) => visitor.response(60_000)));
  for (const answer of answers) expect(answer.digest()).toBe(bulkDigest(total));
});

test('F20 small requests pass a bulk download', async () => {
  rig.origin.script = (exchange) =>
    exchange.request.target === '/bulk' ? sendLength(exchange, 8 * GiB) : echoTarget(exchange);
  const bulk = await rig.send(get('/bulk'));
  await bulk.when(() => bulk.receivedLength > 16 * MiB, 'a running download');
  for (let i = 0; i < 20; i++) {
    const before = bulk.receivedLength;
    expect((await rig.ask(`/small/${i}`)).text).toBe(`/small/${i}`);
    // Not behind what the bulk stream may have on its way: windows and the kernel's buffers.
    expect(bulk.receivedLength - before).toBeLessThan(2 * HELD_MAX);
  }
  bulk.destroy();
  await (await rig.origin.exchange()).connection.gone();
});

test('F26 a visitor that stops and starts at random', async () => {
  const total = 64 * MiB;
  rig.origin.script = (exchange) => sendLength(exchange, total);
  const visitor = await rig.send(get('/'));
  hesitate(visitor, 0x5e111a);
  expect((await visitor.response(60_000)).digest()).toBe(bulkDigest(total));
});

/** Pauses after a random number of bytes, resumes after a random number of turns. */
function hesitate(visitor: Visitor, seed: number): void {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  let pauseAt = 0;
  visitor.socket.on('data', () => {
    if (visitor.receivedLength < pauseAt) return;
    pauseAt = visitor.receivedLength + random(512 * 1024);
    visitor.pause();
    let turns = random(30);
    const wait = () => (turns-- > 0 ? setImmediate(wait) : visitor.resume());
    wait();
  });
}

function jain(shares: number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}

function echoTarget(exchange: OriginExchange): void {
  const { target } = exchange.request;
  exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
}
