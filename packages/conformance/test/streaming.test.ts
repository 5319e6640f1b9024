import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, type OriginExchange, startRig } from '../src/rig/index.ts';
import { bulkDigest, GiB, MiB, sendBulk } from '../src/servers/bulk.ts';

/** Whole transfers: every byte, in order, in both directions, whatever frames the body. */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const LONG_MS = 60_000;

function get(target = '/', lines = ''): string {
  return `GET ${target} HTTP/1.1\r\n${rig.hostLine}${lines}\r\n`;
}

function post(lines: string, target = '/'): string {
  return `POST ${target} HTTP/1.1\r\n${rig.hostLine}${lines}\r\n`;
}

describe('F06 downloads', () => {
  const downloads: [string, number, (exchange: OriginExchange, total: number) => Promise<void>][] =
    [
      [
        '1 GiB with a length',
        GiB,
        async (exchange, total) => {
          exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
          await sendBulk(exchange.connection.socket, total);
        },
      ],
      [
        '128 MiB in chunks',
        128 * MiB,
        async (exchange, total) => {
          exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
          await sendBulk(exchange.connection.socket, total, 'chunked');
        },
      ],
      [
        '128 MiB until the end of the connection',
        128 * MiB,
        async (exchange, total) => {
          exchange.send('HTTP/1.1 200 OK\r\n\r\n');
          await sendBulk(exchange.connection.socket, total);
          exchange.end();
        },
      ],
    ];
  for (const [what, total, script] of downloads) {
    test(`F06 ${what}`, async () => {
      const wanted = bulkDigest(total);
      rig.origin.script = (exchange) => script(exchange, total);
      const visitor = await rig.send(get());
      const response = await visitor.response(LONG_MS);
      expect(response.bodyLength).toBe(total);
      expect(response.digest()).toBe(wanted);
      expect(response.isAborted).toBe(false);
    });
  }

  test('F06 an HTTP/1.0 visitor, to the end of the connection', async () => {
    const total = 32 * MiB;
    rig.origin.script = async (exchange) => {
      exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      await sendBulk(exchange.connection.socket, total, 'chunked');
    };
    const visitor = await rig.send(`GET / HTTP/1.0\r\n${rig.hostLine}\r\n`);
    const response = await visitor.response(LONG_MS);
    expect(response.has('transfer-encoding')).toBe(false);
    expect(response.digest()).toBe(bulkDigest(total));
    expect(await visitor.closed()).toBe('fin');
  });
});

describe('F07 uploads', () => {
  for (const [what, total, framing] of [
    ['1 GiB with a length', GiB, 'plain'],
    ['128 MiB in chunks', 128 * MiB, 'chunked'],
  ] as const) {
    test(`F07 ${what}`, async () => {
      const wanted = bulkDigest(total);
      rig.origin.script = async (exchange) => {
        const request = await exchange.whole(LONG_MS);
        exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${request.digest()}`);
      };
      const lines =
        framing === 'plain' ? `Content-Length: ${total}\r\n` : 'Transfer-Encoding: chunked\r\n';
      const visitor = await rig.send(post(lines));
      await sendBulk(visitor.socket, total, framing);
      const response = await visitor.response(LONG_MS);
      expect(response.text).toBe(wanted);
      expect((await rig.origin.exchange()).request.bodyLength).toBe(total);
    });
  }
});

test('F07 uploads one after the other on one connection, of all sizes', async () => {
  rig.origin.script = async (exchange) => {
    const request = await exchange.whole(LONG_MS);
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${request.digest()}`);
  };
  const visitor = await rig.send('');
  for (let i = 0; i < 60; i++) {
    const total = [1, 65_536, 200_000, MiB, 4 * MiB][i % 5] as number;
    visitor.send(post(`Content-Length: ${total}\r\n`));
    await sendBulk(visitor.socket, total);
    const answers = await visitor.responses(i + 1, LONG_MS);
    expect(answers.at(-1)?.text).toBe(bulkDigest(total));
  }
});

describe('F22 lengths', () => {
  for (const length of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 5 * GiB, 2 ** 53 - 1]) {
    test(`F22 a response of ${length} bytes, cut off after the first`, async () => {
      rig.origin.script = (exchange) => {
        exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nx`);
      };
      const visitor = await rig.send(get());
      const response = await visitor.head();
      expect(response.values('content-length')).toEqual([String(length)]);
      await visitor.when(() => response.bodyLength === 1, 'its first byte');
      (await rig.origin.exchange()).reset();
      await visitor.closed();
      expect(response.isComplete).toBe(false);
    });

    test(`F22 an upload of ${length} bytes, given up after the first`, async () => {
      rig.origin.script = () => {};
      const visitor = await rig.send(`${post(`Content-Length: ${length}\r\n`)}x`);
      const { request, connection } = await rig.origin.exchange();
      expect(request.values('content-length')).toEqual([String(length)]);
      await rig.origin.when(() => request.bodyLength === 1, 'its first byte');
      visitor.reset();
      await connection.gone();
      expect(request.isComplete).toBe(false);
    });
  }

  test('F22 a length of nothing, both ways', async () => {
    rig.origin.answers('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const visitor = await rig.send(post('Content-Length: 0\r\n'));
    const response = await visitor.response();
    expect(response.values('content-length')).toEqual(['0']);
    const { request } = await rig.origin.exchange();
    expect([request.isComplete, request.bodyLength]).toEqual([true, 0]);
  });
});

describe('small pieces', () => {
  test('F24 a byte at a time, 100,000 of them', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255));
    rig.origin.script = async (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      for (let i = 0; i < bytes.length; i++) {
        exchange.send(bytes.subarray(i, i + 1));
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const visitor = await rig.send(get());
    expect((await visitor.response(LONG_MS)).body.equals(bytes)).toBe(true);
  });

  test('F05 full duplex: an echo of 100 MiB that answers while it reads', async () => {
    const total = 100 * MiB;
    await using echoing = await startRig({
      upstream: {
        handler(request, response) {
          response.writeHead(200, { 'Content-Length': String(total) });
          request.pipe(response);
        },
      },
    });
    const visitor = await echoing.send(
      `POST / HTTP/1.1\r\n${echoing.hostLine}Content-Length: ${total}\r\n\r\n`,
    );
    await sendBulk(visitor.socket, total);
    expect((await visitor.response(LONG_MS)).digest()).toBe(bulkDigest(total));
  });
});
