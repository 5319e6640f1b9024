/** 2.A and 2.E, floods of framing: the two programs as they run outside of tests stay small and quick. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, MemoryWatch, type ProcessRig, startProcessRig } from '../src/rig/index.ts';

const MiB = 1024 * 1024;
const GROWTH_MAX = 16 * MiB;
const H = 'Host: one.test\r\n';
const CHUNKED = `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`;
const TRAILERS = `${CHUNKED}1\r\nZ\r\n0\r\n`;

// Memory and CPU time are read from /proc.
describe.runIf(process.platform === 'linux')('floods', () => {
  let rig: ProcessRig;
  beforeAll(async () => {
    rig = await startProcessRig();
    // What the first exchanges leave behind (compiled code, pools) is not growth.
    for (let i = 0; i < 300; i++) await rig.canary();
    for (let i = 0; i < 5; i++) await chunks(20_000);
    rig.origin.forget();
    await flood(TRAILERS, 'a: b\r\n'.repeat(10_000));
  });
  afterEach(() => rig.reset());
  afterAll(() => rig.close());

  /** A body of one-byte chunks. */
  async function chunks(count: number): Promise<void> {
    const visitor = await rig.send(CHUNKED);
    for (let at = 0; at < count && visitor.isOpen; at += 1_000) {
      visitor.send('1\r\nZ\r\n'.repeat(1_000));
      await visitor.drained();
    }
    visitor.send('0\r\n\r\n');
    expect((await visitor.response(30_000)).status).toBe(200);
    visitor.destroy();
  }

  async function growth(attack: () => Promise<void>): Promise<void> {
    const watch = new MemoryWatch(rig.pids);
    await attack();
    const [relay = 0, client = 0] = watch.stop();
    expect(relay, 'growth of the relay').toBeLessThanOrEqual(GROWTH_MAX);
    expect(client, 'growth of the client').toBeLessThanOrEqual(GROWTH_MAX);
    await rig.canary();
    rig.assertHealthy();
  }

  test('A24 chunk extensions cost the relay little CPU', async () => {
    const before = cpuSeconds(rig.relay.pid);
    const visitor = await rig.send(CHUNKED);
    const piece = `1;${'a'.repeat(15 * 1024)}\r\nZ\r\n`;
    for (let sent = 0; sent < 1_000 && visitor.isOpen; sent++) {
      visitor.send(piece);
      await visitor.drained();
    }
    await visitor.closed();
    expect(cpuSeconds(rig.relay.pid) - before).toBeLessThan(0.5);
    expect(rig.origin.completed).toEqual([]);
  });

  test('A30 300,000 chunks of one byte', { timeout: 60_000 }, () =>
    growth(async () => {
      await chunks(300_000);
      expect(rig.origin.completed.at(-1)?.request.bodyLength).toBe(300_000);
    }),
  );

  test('A30 eight stalled uploads in chunks of one byte hold bytes, not objects', () =>
    growth(async () => {
      rig.origin.script = ({ connection }) => connection.socket.pause();
      const visitors = await Promise.all(Array.from({ length: 8 }, () => rig.send(CHUNKED)));
      const piece = '1\r\nZ\r\n'.repeat(10_000);
      for (const visitor of visitors) {
        for (let sent = 0; sent < 8; sent++) visitor.send(piece);
      }
      await rig.canary();
      await rig.canary();
      for (const visitor of visitors) visitor.destroy();
    }));

  /** Many at once, since each is left a second to read its answer. */
  async function flood(start: string, piece: string): Promise<void> {
    const one = async () => {
      const visitor = await rig.send(start);
      for (let sent = 0; sent < 100 && visitor.isOpen; sent++) {
        visitor.send(piece);
        await visitor.drained();
      }
      await visitor.closed();
    };
    for (let i = 0; i < 2; i++) await Promise.all(Array.from({ length: 8 }, one));
    expect(rig.origin.completed).toEqual([]);
  }

  test('A29 trailers without an end', () =>
    growth(() => flood(TRAILERS, 'a: b\r\n'.repeat(10_000))));

  test('C16 heads without an end', () =>
    growth(() => flood(`GET / HTTP/1.1\r\n${H}`, `X: ${'a'.repeat(60_000)}\r\n`)));

  test('G08 10,000 pipelined GETs to an origin that does not answer: reading stops', () =>
    growth(async () => {
      rig.origin.script = () => {};
      const visitor = await rig.visit();
      const piece = bytesOf(`GET /${'x'.repeat(1_000)} HTTP/1.1\r\n${H}\r\n`.repeat(100));
      // 40 MiB: more than the kernels hold between a visitor that sends and a relay that does not read.
      for (let sent = 0; sent < 400; sent++) visitor.socket.write(piece);
      await rig.origin.exchange();
      for (let i = 0; i < 20; i++) await rig.canary();
      expect(visitor.socket.writableLength).toBeGreaterThan(0);
      expect(rig.origin.exchanges.length).toBe(1);
      visitor.destroy();
    }));

  test('J19 nothing that visitors or O say reaches a terminal as it is', async () => {
    rig.origin.answers('HTTP/1.1 404 \x1b]0;pwn\x07\r\nX: \x9b31m\r\nContent-Length: 0\r\n\r\n');
    const heads = [
      `GET /%1b[2J\\x1b HTTP/1.1\r\n${H}User-Agent: \x9b2J\xc2\x9b\r\n\r\n`,
      `GET /\x1b[2J HTTP/1.1\r\n${H}\r\n`,
      `GET / HTTP/1.1\r\nHost: \x1b[2J.test\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: \x9b.test\r\n\r\n`,
    ];
    for (const head of heads) {
      const visitor = await rig.send(head);
      await visitor.response();
      visitor.destroy();
    }
    await rig.canary();
    rig.assertHealthy();
  });

  for (const [method, bytes] of [
    ['GET', `GET / HTTP/1.1\r\n${H}\r\n`],
    ['POST', `POST / HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\nhi`],
  ] as const) {
    test(`E16 ${method}: response heads without an end`, () =>
      growth(async () => {
        rig.origin.script = async (exchange) => {
          await exchange.whole();
          exchange.send('HTTP/1.1 200 OK\r\n');
          const { socket } = exchange.connection;
          for (let sent = 0; sent < 500 && !socket.destroyed; sent++) {
            if (exchange.send(`X: ${'a'.repeat(60_000)}\r\n`)) continue;
            await new Promise<void>((resolve) => {
              socket.once('drain', resolve);
              socket.once('close', () => resolve());
            });
          }
        };
        for (let i = 0; i < 20; i++) {
          const visitor = await rig.send(bytes);
          expect((await visitor.response()).status).toBe(502);
          visitor.destroy();
        }
      }));
  }
});

/** User and system time of a process. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
