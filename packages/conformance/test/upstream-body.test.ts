/**
 * 2.E, bodies and connections of a broken or hostile upstream: cut is visible as cut, and nothing
 * leaks. What the inspector keeps of E25 waits for the inspector; E24 is F08 of the streaming tests.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, echo, type InProcessRig, oracle, startRig } from '../src/rig/index.ts';

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

for (const [method, bytes] of requests) {
  describe(method, () => {
    test('E04 more than the length: the rest goes nowhere, the connection is dropped', async () => {
      rig.origin.answers(`${OK}Content-Length: 5\r\n\r\nhelloEXTRA`);
      const visitor = await rig.send(bytes);
      expect((await visitor.response()).text).toBe('hello');
      await (await rig.origin.exchange()).connection.gone();
      visitor.send(requests[0]?.[1] ?? '');
      rig.origin.script = echo;
      const [, second] = await visitor.responses(2);
      expect(second?.text).toBe('GET /p\n');
      expect(visitor.received.includes('EXTRA')).toBe(false);
      await rig.canary();
    });

    test('E04 a second response behind the first is never served', async () => {
      rig.origin.answers(`${OK}Content-Length: 2\r\n\r\nok${OK}Content-Length: 6\r\n\r\npoison`);
      const visitor = await rig.send(bytes);
      expect((await visitor.response()).text).toBe('ok');
      rig.origin.script = echo;
      for (let i = 0; i < 5; i++) await rig.canary();
      visitor.send(requests[0]?.[1] ?? '');
      expect((await visitor.responses(2))[1]?.text).toBe('GET /p\n');
      expect(visitor.received.includes('poison')).toBe(false);
    });

    test('E04 a second response behind a chunked one is never served', async () => {
      rig.origin.answers(
        `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`,
      );
      const visitor = await rig.send(bytes);
      expect((await visitor.response()).text).toBe('ok');
      rig.origin.script = echo;
      for (let i = 0; i < 5; i++) await rig.canary();
      expect(visitor.received.includes('poison')).toBe(false);
    });

    const cuts: [string, string, 'end' | 'reset'][] = [
      ['E05 less than the length, then FIN', `${OK}Content-Length: 10\r\n\r\nhello`, 'end'],
      ['E05 less than the length, then RST', `${OK}Content-Length: 10\r\n\r\nhello`, 'reset'],
      [
        'E06 no last chunk, then FIN',
        `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
        'end',
      ],
      [
        'E06 no last chunk, then RST',
        `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
        'reset',
      ],
      ['E06 in a chunk, then FIN', `${OK}Transfer-Encoding: chunked\r\n\r\na\r\nhello`, 'end'],
      [
        'E06 before the last line, then FIN',
        `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n`,
        'end',
      ],
      [
        'E06 in the trailers, then FIN',
        `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n`,
        'end',
      ],
      ['E07 RST of a body that the end delimits', `${OK}X: 1\r\n\r\nhello`, 'reset'],
    ];
    for (const [what, answer, how] of cuts) {
      test(`${what}: V sees the cut`, async () => {
        rig.origin.script = async (exchange) => {
          await exchange.whole();
          exchange.send(answer);
          // The head must have left before the end comes, else 502 would do.
          await visitor.when(() => (visitor.messages[0]?.bodyLength ?? 0) === 5, 'five bytes at V');
          if (how === 'end') exchange.end();
          else exchange.reset();
        };
        const visitor = await rig.send(bytes);
        await visitor.closed();
        const [message] = visitor.messages;
        expect(message).toMatchObject({ status: 200, isComplete: false, isAborted: true });
        expect(message?.text).toBe('hello');
        await rig.canary();
        await rig.settled();
      });
    }

    test('E06 cut off for an HTTP/1.0 visitor: RST, since the end would look clean', async () => {
      rig.origin.script = async (exchange) => {
        await exchange.whole();
        exchange.send(`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`);
        await visitor.when(() => visitor.received.includes('hello'), 'five bytes at V');
        exchange.end();
      };
      const visitor = await rig.send(bytes.replace('HTTP/1.1', 'HTTP/1.0'));
      expect(await visitor.closed()).toBe('reset');
      expect(visitor.messages[0]).toMatchObject({ isComplete: false, isAborted: true });
      await rig.canary();
    });

    const lies = [
      '5\r\nhelloX\r\n0\r\n\r\n',
      'x\r\nhello\r\n0\r\n\r\n',
      '-5\r\nhello\r\n0\r\n\r\n',
      '0x5\r\nhello\r\n0\r\n\r\n',
      '+5\r\nhello\r\n0\r\n\r\n',
      '5\nhello\n0\n\n',
      'FFFFFFFFFFFFFFFFF\r\nhello',
      '5 \r\nhello\r\n0\r\n\r\n',
      '5\r\nhello\r\n0\r\nX : 1\r\n\r\n',
      '5\r\nhello\r\n0\r\nX: \0\r\n\r\n',
      '\r\nhello\r\n0\r\n\r\n',
    ];
    for (const chunks of lies) {
      test(`E09 chunks that lie ${JSON.stringify(chunks)}: 502 or a visible cut`, async () => {
        rig.origin.answers(`${OK}Transfer-Encoding: chunked\r\n\r\n${chunks}`);
        const visitor = await rig.send(bytes);
        const head = await visitor.head();
        if (head.status !== 502) {
          expect(head.status).toBe(200);
          await visitor.closed();
          expect(head).toMatchObject({ isComplete: false, isAborted: true });
          expect('hello'.startsWith(head.text.slice(0, 5))).toBe(true);
        }
        await (await rig.origin.exchange()).connection.gone();
        await rig.canary();
        await rig.settled();
      });
    }

    const bodiless: [string, string][] = [
      ['204 with bytes', 'HTTP/1.1 204 No Content\r\n\r\nEXTRA'],
      ['304 with bytes', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\nEXTRA'],
      [
        '204 with chunks',
        'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nEXTRA\r\n0\r\n\r\n',
      ],
      [
        '304 with chunks',
        'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nEXTRA\r\n0\r\n\r\n',
      ],
      ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nEXTRA'],
    ];
    for (const [what, answer] of bodiless) {
      test(`E14 ${what}: no body at V`, async () => {
        rig.origin.answers(answer);
        const visitor = await rig.send(bytes);
        const response = await visitor.response();
        expect([Number(what.slice(0, 3)), 502]).toContain(response.status);
        rig.origin.script = echo;
        for (let i = 0; i < 3; i++) await rig.canary();
        if (visitor.isOpen && response.status !== 502) {
          visitor.send(requests[0]?.[1] ?? '');
          expect((await visitor.responses(2))[1]?.text).toBe('GET /p\n');
        }
        expect(visitor.received.includes('EXTRA')).toBe(false);
        expect(response.has('transfer-encoding')).toBe(
          response.status === 502 && response.has('transfer-encoding'),
        );
        await rig.settled();
      });
    }

    test('E14 304 keeps its Content-Length and has no body', async () => {
      rig.origin.answers('HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: "x"\r\n\r\n');
      const visitor = await rig.send(bytes);
      const response = await visitor.response();
      expect(response).toMatchObject({ status: 304, bodyLength: 0 });
      expect(response.values('content-length')).toEqual(['1234']);
      visitor.send(requests[0]?.[1] ?? '');
      await visitor.responses(2);
      await rig.canary();
    });

    test('E22 a response after the end of another is never served', async () => {
      const visitor = await rig.send(bytes);
      await visitor.response();
      const { connection } = await rig.origin.exchange();
      // The connection idles in the client's pool: what it says now answers nothing.
      connection.socket.write(`${OK}Content-Length: 6\r\n\r\npoison`);
      await connection.gone();
      visitor.send(bytes);
      const [, second] = await visitor.responses(2);
      expect(second?.status).toBe(200);
      expect(second?.text).toMatch(/^(GET|POST) \/p\n/);
      await rig.canary();
    });
  });
}

test('E14 HEAD answered with a body: none at V, and nothing of it later', async () => {
  rig.origin.answers(`${OK}Content-Length: 6\r\n\r\npoison`);
  const visitor = await rig.send(`HEAD /p HTTP/1.1\r\n${H}\r\n`, { methods: ['HEAD', 'GET'] });
  const response = await visitor.response();
  expect([response.status, response.value('content-length')]).toEqual([200, '6']);
  rig.origin.script = echo;
  for (let i = 0; i < 3; i++) await rig.canary();
  visitor.send(requests[0]?.[1] ?? '');
  expect((await visitor.responses(2))[1]?.text).toBe('GET /p\n');
  expect(visitor.received.includes('poison')).toBe(false);
});

test('E22 what O says before any request answers at most the one that opened the connection', async () => {
  rig.origin.dropConnections();
  let greeted = 0;
  rig.origin.greeting = (connection) => {
    if (greeted++ < 2) connection.socket.write(`${OK}Content-Length: 6\r\n\r\npoison`);
  };
  let poisoned = 0;
  for (let i = 0; i < 8; i++) {
    const visitor = await rig.send(`GET /own-${i} HTTP/1.1\r\n${H}\r\n`);
    const response = await visitor.response();
    if (visitor.received.includes('poison')) poisoned++;
    else if (response.status === 200) expect(response.text).toBe(`GET /own-${i}\n`);
    else expect(response.status).toBe(502);
  }
  // A connection that spoke out of turn is never used again.
  expect(greeted).toBeGreaterThan(2);
  expect(poisoned).toBeLessThanOrEqual(2);
  await rig.canary();
});

test('E25 a bomb of gzip is relayed as it is', async () => {
  const body = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 1 });
  expect(body.length).toBeGreaterThan(1024 * 1024);
  rig.origin.answers(
    Buffer.concat([
      bytesOf(`${OK}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`),
      body,
    ]),
  );
  const { response } = await oracle(rig, requests[0]?.[1] ?? '', { status: 200, requests: 1 });
  expect(response.body.equals(body)).toBe(true);
});

test('E28 two answers on the connection of a request that is not whole', async () => {
  rig.origin.script = (exchange) => {
    if (exchange.request.target === '/first') {
      exchange.send(`${OK}Content-Length: 5\r\n\r\nfirst${OK}Content-Length: 6\r\n\r\npoison`);
      return undefined;
    }
    return echo(exchange);
  };
  const first = await rig.send(`POST /first HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\nhal`);
  const second = await rig.send(`GET /second HTTP/1.1\r\n${H}\r\n`);
  expect((await second.response()).text).toBe('GET /second\n');
  const answer = await first.response();
  expect([200, 502]).toContain(answer.status);
  if (answer.status === 200) expect(answer.text).toBe('first');
  expect(first.received.includes('poison')).toBe(false);
  const third = await rig.send(`GET /third HTTP/1.1\r\n${H}\r\n`);
  expect((await third.response()).text).toBe('GET /third\n');
  await rig.canary();
});

test('E30 a stale connection: the next GET works, a POST is never sent twice', async () => {
  await rig.canary();
  let isStale = true;
  rig.origin.script = async (exchange) => {
    await exchange.whole();
    if (isStale) {
      isStale = false;
      exchange.reset();
    } else await echo(exchange);
  };
  const get = await rig.send(requests[0]?.[1] ?? '');
  expect([200, 502]).toContain((await get.response()).status);
  await rig.reset();
  await rig.canary();
  let posts = 0;
  rig.origin.script = async (exchange) => {
    await exchange.whole();
    posts++;
    exchange.reset();
  };
  const post = await rig.send(requests[1]?.[1] ?? '');
  expect((await post.response()).status).toBe(502);
  expect(posts).toBe(1);
});

test('E31 nobody listens: 502 at once; then somebody does: 200', async () => {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(`${OK}Content-Length: 2\r\nConnection: close\r\n\r\nup`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const late = await startRig({ name: 'late', upstream: { url: `http://127.0.0.1:${port}` } });
  try {
    expect((await late.ask('/')).status).toBe(502);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const response = await late.ask('/');
    expect([response.status, response.text]).toEqual([200, 'up']);
  } finally {
    await late.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('E32 HTTP/1.0 upstreams', () => {
  test('E32 chunks in HTTP/1.0 are read, and the connection is not trusted again', async () => {
    rig.origin.answers(
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    );
    const visitor = await rig.send(requests[0]?.[1] ?? '');
    const response = await visitor.response();
    if (response.status === 200) expect(response.text).toBe('hello');
    else expect(response.status).toBe(502);
    await (await rig.origin.exchange()).connection.gone();
  });

  test('E32 a kept connection serves again', async () => {
    rig.origin.dropConnections();
    rig.origin.answers('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok');
    for (let i = 0; i < 3; i++) expect((await rig.ask('/p')).text).toBe('ok');
  });

  test('E32 a connection that is not kept serves once', async () => {
    rig.origin.dropConnections();
    rig.origin.answers('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok');
    for (let i = 0; i < 3; i++) expect((await rig.ask('/p')).text).toBe('ok');
    const serving = rig.origin.exchanges.map(({ connection }) => connection);
    expect(new Set(serving).size).toBe(3);
  });
});

describe('E33 connections are kept and shared', () => {
  test('E33 sequential requests share one', async () => {
    for (let i = 0; i < 20; i++) expect((await rig.ask(`/${i}`)).status).toBe(200);
    expect(new Set(rig.origin.exchanges.map(({ connection }) => connection)).size).toBe(1);
  });

  test('E33 O closes after each answer without saying so', async () => {
    rig.origin.answers(`${OK}Content-Length: 2\r\n\r\nok`, 'end');
    for (let i = 0; i < 20; i++) expect((await rig.ask(`/${i}`)).text).toBe('ok');
  });

  test('E33 O resets the idle connection: the next request, with a body or without, is served', async () => {
    for (const bytes of [...requests, ...requests].map(([, text]) => text)) {
      await rig.canary();
      const [idle] = rig.origin.openConnections;
      idle?.socket.resetAndDestroy();
      await rig.origin.when(() => idle?.isClosed !== false, 'the reset');
      const visitor = await rig.send(bytes);
      const { status } = await visitor.response();
      // A reset on its way can meet a request with a body, which nobody may send twice.
      expect(bytes.startsWith('GET') ? [200] : [200, 502]).toContain(status);
      visitor.destroy();
    }
  });
});
