import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MemoryWatch,
  type OriginExchange,
  type ProcessRig,
  startProcessRig,
} from '../src/rig/index.ts';
import { bulkDigest, GiB, MiB, sendBulk } from '../src/servers/bulk.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

/** The two programs as they run outside of tests, and how their memory grows. */

const GROWTH_MAX = 16 * MiB;
const LONG_MS = 60_000;

// Resident memory is read from /proc, and SIGSTOP is POSIX.
describe.skipIf(process.platform !== 'linux')('memory of relay and client', () => {
  let rig: ProcessRig;
  beforeEach(async () => {
    rig = await startProcessRig();
    rig.origin.script = serve;
    // Compiled code is not growth; what a bulk transfer leaves behind is.
    for (let i = 0; i < 1_000; i++) await rig.canary();
  });
  afterEach(() => rig.close());

  async function serve(exchange: OriginExchange): Promise<void> {
    const { request } = exchange;
    if (request.method === 'POST') {
      const whole = await exchange.whole(LONG_MS);
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${whole.digest()}`);
      return;
    }
    const total = Number(request.target.slice(1));
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    await sendBulk(exchange.connection.socket, total);
  }

  /** Resolves when `moved` stands still while other exchanges pass. */
  async function stalled(moved: () => number): Promise<void> {
    let last = -1;
    for (let quiet = 0; quiet < 10; quiet = moved() === last ? quiet + 1 : 0) {
      last = moved();
      await rig.canary();
    }
  }

  function expectSmall(growth: number[]): void {
    const [relay = 0, client = 0] = growth;
    expect(relay, 'growth of the relay').toBeLessThanOrEqual(GROWTH_MAX);
    expect(client, 'growth of the client').toBeLessThanOrEqual(GROWTH_MAX);
  }

  test('F08 a visitor stalls a download of 1 GiB, then takes the rest', async () => {
    const watch = new MemoryWatch(rig.pids);
    rig.origin.exchanges.length = 0;
    const visitor = await rig.send(`GET /${GiB} HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await visitor.when(() => visitor.receivedLength > 64 * 1024, '64 KiB');
    visitor.pause();
    const { socket } = (await rig.origin.exchange()).connection;
    await stalled(() => socket.bytesWritten - socket.writableLength);
    expectSmall(watch.stop());
    visitor.resume();
    expect((await visitor.response(LONG_MS)).digest()).toBe(bulkDigest(GiB));
    visitor.destroy();
  });

  test('F08 an origin stalls an upload', async () => {
    rig.origin.exchanges.length = 0;
    rig.origin.script = (exchange) => {
      exchange.connection.socket.pause();
    };
    const watch = new MemoryWatch(rig.pids);
    const visitor = await rig.send(
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: ${GiB}\r\n\r\n`,
    );
    const sending = sendBulk(visitor.socket, GiB);
    await stalled(() => visitor.socket.bytesWritten - visitor.socket.writableLength);
    expectSmall(watch.stop());
    visitor.reset();
    await sending;
  });

  test('D26 a visitor stalls a WebSocket', async () => {
    rig.origin.exchanges.length = 0;
    rig.origin.script = async (exchange) => {
      switchProtocols(exchange);
      await sendBulk(exchange.connection.socket, GiB);
    };
    const watch = new MemoryWatch(rig.pids);
    const visitor = await rig.send(handshake(rig));
    await visitor.when(() => visitor.raw.length > 64 * 1024, '64 KiB');
    visitor.pause();
    const { socket } = (await rig.origin.exchange()).connection;
    await stalled(() => socket.bytesWritten - socket.writableLength);
    expectSmall(watch.stop());
    visitor.reset();
  });

  test('H22 two hundred uploads while the client is stopped', async () => {
    process.kill(rig.client.pid, 'SIGSTOP');
    const watch = new MemoryWatch(rig.pids);
    const block = Buffer.alloc(MiB);
    const visitors = await Promise.all(
      Array.from({ length: 200 }, () =>
        rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: ${block.length}\r\n\r\n`),
      ),
    );
    for (const visitor of visitors) visitor.send(block);
    // The relay answers on its own host, so it has gone through what came before.
    for (let i = 0; i < 20; i++) await relayAnswers();
    const [relay = 0] = watch.stop();
    process.kill(rig.client.pid, 'SIGCONT');
    // Each stream may have its high-water mark and one chunk more in its queue.
    expect(relay).toBeLessThan(200 * (64 + 64) * 1024 + GROWTH_MAX);
    for (const visitor of visitors) expect((await visitor.response(LONG_MS)).status).toBe(200);
  });

  async function relayAnswers(): Promise<void> {
    const visitor = await rig.send(
      'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    );
    await visitor.response();
    visitor.destroy();
  }
});
