/** 2.E, upstreams that answer too early, too late or never. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, type InProcessRig, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
const OK = 'HTTP/1.1 200 OK\r\n';
const requests: [string, string][] = [
  ['GET', `GET /p HTTP/1.1\r\n${H}\r\n`],
  ['POST', `POST /p HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`],
];

describe('E20 an early answer while V uploads 100 MiB', () => {
  const whole = 100 * 1024 * 1024;
  const heads: [string, string][] = [
    ['Content-Length', `Content-Length: ${whole}\r\n\r\n`],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n'],
  ];
  for (const [framing, rest] of heads) {
    for (const then of ['end', 'reset', 'keep'] as const) {
      // A reset can overtake what was sent before it, on any network: the answer may be lost.
      test(`E20 ${framing}: 413, then ${then}`, { timeout: 30_000 }, async () => {
        rig.origin.script = async (exchange) => {
          await rig.origin.when(() => exchange.request.bodyLength > 0, 'the first bytes');
          exchange.send(
            'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
          );
          if (then === 'end') exchange.end();
          if (then === 'reset') exchange.connection.socket.destroySoon();
          if (then !== 'keep') exchange.connection.socket.pause();
        };
        const visitor = await rig.send(`POST /up HTTP/1.1\r\n${H}${rest}`);
        const piece =
          framing === 'chunks'
            ? bytesOf(`10000\r\n${'u'.repeat(65_536)}\r\n`)
            : Buffer.alloc(65_536, 'u');
        let sent = 0;
        while (sent < whole && visitor.isOpen && visitor.messages[0]?.isComplete !== true) {
          visitor.send(piece);
          sent += 65_536;
          await Promise.race([visitor.drained(), visitor.response().catch(() => {})]);
        }
        const response = await visitor.response();
        expect([response.status, response.text]).toEqual([413, 'no']);
        expect(sent).toBeLessThan(whole);
        await visitor.closed();
        await rig.canary();
        await rig.settled();
        expect(rig.origin.completed).toEqual([]);
      });
    }
  }
});

describe('E23 a head that drips', () => {
  let hasty: InProcessRig;
  beforeAll(async () => {
    hasty = await startRig({ connectOptions: { limits: { headTimeoutMs: 300 } } });
  });
  afterAll(() => hasty.close());

  for (const [method, bytes] of requests) {
    test(`E23 ${method}: 504 at the head timeout, dripping or silent`, async () => {
      for (const drips of [true, false]) {
        hasty.origin.script = async (exchange) => {
          await exchange.whole();
          if (!drips) return;
          const timer = setInterval(() => exchange.send('H'), 50);
          exchange.connection.socket.once('close', () => clearInterval(timer));
          exchange.send(`${OK}X: `);
        };
        const visitor = await hasty.send(bytes);
        expect((await visitor.response()).status).toBe(504);
        await (await hasty.origin.exchange()).connection.gone();
        await hasty.canary();
        await hasty.reset();
      }
    });
  }

  test('E23 a 103 does not stop the clock for ever', async () => {
    hasty.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n');
    const visitor = await hasty.send(requests[0]?.[1] ?? '');
    const response = await visitor.response();
    expect(response.status).toBe(504);
    await hasty.reset();
  });

  test('E23 a body may take longer than the head', async () => {
    hasty.origin.script = async (exchange) => {
      await exchange.whole();
      exchange.send(`${OK}Content-Length: 5\r\n\r\nhe`);
      await new Promise((resolve) => setTimeout(resolve, 700));
      exchange.send('llo');
    };
    const visitor = await hasty.send(requests[0]?.[1] ?? '');
    expect((await visitor.response()).text).toBe('hello');
    await hasty.reset();
  });

  test('E23 an upload may take longer than the head', async () => {
    const visitor = await hasty.send(`POST /slow HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhe`);
    await new Promise((resolve) => setTimeout(resolve, 700));
    visitor.send('llo');
    expect((await visitor.response()).text).toBe('POST /slow\nhello');
    await hasty.reset();
  });
});
