/**
 * 2.A, cases of the same kinds that the list does not name: desync by Expect, by early answers, by
 * versions and by lengths that are lawful and absurd. (A47, the MUST cases of Http11Probe, is spread
 * over all framing files: each of its inputs is in one of their tables.)
 */
import { DEFAULT_LIMITS } from '@sellia/relay';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, judge, oracle, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
const OK = 'HTTP/1.1 200 OK\r\n';
const get = (target: string) => `GET ${target} HTTP/1.1\r\n${H}\r\n`;

describe('A38 desync by Expect', () => {
  test('A38 what comes in place of the awaited body is the body', async () => {
    const inner = get('/admin');
    rig.origin.script = async (exchange) => {
      exchange.send('HTTP/1.1 100 Continue\r\n\r\n');
      const { text } = await exchange.whole();
      exchange.send(`${OK}Content-Length: ${text.length}\r\n\r\n${text}`);
    };
    const head = `POST /p HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: ${inner.length}\r\n\r\n`;
    const visitor = await rig.send(head);
    await visitor.when(() => visitor.receivedLength > 0, 'a 100');
    visitor.send(inner);
    const { response } = await judge(rig, visitor, { status: 200, requests: 1 });
    expect(response.text).toBe(inner);
    expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/p']);
  });

  test('A38 a refusal, then the body and a request all the same: neither is a request at O', async () => {
    rig.origin.answers(`HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno`);
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    const visitor = await rig.send(
      `POST /p HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
    );
    await visitor.response();
    visitor.send(`hello${get('/admin')}`);
    await visitor.closed();
    expect(visitor.messages.map(({ status }) => status)).toEqual([403]);
    await rig.canary();
    expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/p']);
  });

  test('A38 O sends 100 three times', async () => {
    rig.origin.script = async (exchange) => {
      exchange.send('HTTP/1.1 100 Continue\r\n\r\n'.repeat(3));
      await exchange.whole();
      exchange.send(`${OK}Content-Length: 2\r\n\r\nok`);
    };
    const bytes = `POST /p HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`;
    const { response } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(response.text).toBe('ok');
  });

  test('A38 an HTTP/1.0 visitor is never sent a 100', async () => {
    const bytes = `POST /p HTTP/1.0\r\n${H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`;
    const { response } = await oracle(rig, bytes, { status: 200, requests: 1, closes: false });
    expect(response.informational).toEqual([]);
  });
});

describe('A36 early answers', () => {
  for (const framing of ['Content-Length: 1000\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n']) {
    test(`A36 ${framing.trim()}: what comes behind the answer is never a request`, async () => {
      rig.origin.script = (exchange) => exchange.send(`${OK}Content-Length: 2\r\n\r\nok`);
      const visitor = await rig.send(`POST /early HTTP/1.1\r\n${H}${framing}`);
      expect((await visitor.response()).text).toBe('ok');
      visitor.send(get('/admin').repeat(20));
      await visitor.closed();
      await rig.canary();
      expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/early']);
      expect(visitor.messages.length).toBe(1);
    });
  }

  test('A36 an early 100 KiB answer to a body that never ends arrives whole', async () => {
    const big = 'x'.repeat(100 * 1024);
    rig.origin.script = (exchange) =>
      exchange.send(`${OK}Content-Length: ${big.length}\r\n\r\n${big}`);
    const visitor = await rig.send(
      `POST /early HTTP/1.1\r\n${H}Content-Length: 1000000\r\n\r\nabc`,
    );
    expect((await visitor.response()).text).toBe(big);
    await visitor.closed();
  });
});

describe('A43 HTTP/1.0 visitors', () => {
  test('A43 no 1xx reaches them', async () => {
    rig.origin.answers(
      `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    );
    const bytes = `GET / HTTP/1.0\r\n${H}\r\n`;
    const { response } = await oracle(rig, bytes, { status: 200, requests: 1, closes: false });
    expect([response.text, response.informational]).toEqual(['ok', []]);
  });

  test('A43 a body of unknown length ends with the connection, though it was to be kept', async () => {
    rig.origin.answers(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`);
    const visitor = await rig.send(`GET / HTTP/1.0\r\n${H}Connection: keep-alive\r\n\r\n`);
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.messages[0]).toMatchObject({ text: 'ok', isComplete: true });
    expect(visitor.messages[0]?.has('transfer-encoding')).toBe(false);
  });

  test('A43 a POST with a length', async () => {
    const bytes = `POST /p HTTP/1.0\r\n${H}Content-Length: 5\r\n\r\nhello`;
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1, closes: false });
    expect(exchanges[0]?.request).toMatchObject({ text: 'hello', version: 'HTTP/1.1' });
  });

  test('A43 nothing is pipelined behind a request that does not keep the connection', async () => {
    const visitor = await rig.send(`GET /1 HTTP/1.0\r\n${H}\r\n${get('/2')}`);
    await visitor.closed();
    expect(visitor.messages.map(({ text }) => text)).toEqual(['GET /1\n']);
    await rig.canary();
    expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/1']);
  });
});

describe('A07 lawful and absurd lengths', () => {
  const lengths = [
    '9007199254740991',
    '4294967296',
    '4294967295',
    '2147483648',
    '2147483647',
    '5368709120',
  ];
  for (const length of lengths) {
    test(`A07 F22 Content-Length ${length}, then the visitor leaves`, async () => {
      const visitor = await rig.send(
        `POST / HTTP/1.1\r\n${H}Content-Length: ${length}\r\n\r\nhello`,
      );
      const { request, connection } = await rig.origin.exchange();
      expect(request.value('content-length')).toBe(length);
      await rig.origin.when(() => request.bodyLength === 5, 'five bytes');
      visitor.reset();
      await connection.gone();
      expect(request.isComplete).toBe(false);
      await rig.canary();
      await rig.settled();
    });
  }

  test('A07 a chunk of 4 GiB, then the visitor leaves', async () => {
    const visitor = await rig.send(
      `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n100000000\r\nhello`,
    );
    const { request, connection } = await rig.origin.exchange();
    await rig.origin.when(() => request.bodyLength === 5, 'five bytes');
    visitor.reset();
    await connection.gone();
    expect(request.isComplete).toBe(false);
    await rig.canary();
  });

  test('A07 a response of absurd length is passed as it comes, and cut when O leaves', async () => {
    rig.origin.script = async (exchange) => {
      exchange.send(`${OK}Content-Length: 9007199254740991\r\n\r\nhello`);
      await visitor.when(() => visitor.messages[0]?.bodyLength === 5, 'five bytes');
      exchange.end();
    };
    const visitor = await rig.send(get('/'));
    await visitor.closed();
    expect(visitor.messages[0]).toMatchObject({ text: 'hello', isAborted: true });
  });
});

describe('A34 what Connection says', () => {
  const closing = [
    'close',
    'Close',
    'keep-alive, close',
    'close, keep-alive',
    ' close ,',
    'X-A, close',
    'close, TE',
  ];
  for (const value of closing) {
    test(`A34 Connection: ${value} ends it`, async () => {
      const visitor = await rig.send(
        `GET /1 HTTP/1.1\r\n${H}Connection: ${value}\r\n\r\n${get('/2')}`,
      );
      await visitor.closed();
      expect(visitor.messages.map(({ text }) => text)).toEqual(['GET /1\n']);
      await rig.canary();
      expect(rig.origin.exchanges.length).toBe(1);
    });
  }
  for (const value of ['keep-alive', 'Keep-Alive', '', ',', 'closed', 'not-close', 'X-A']) {
    test(`A34 Connection: ${value} does not`, async () => {
      const visitor = await rig.send(
        `GET /1 HTTP/1.1\r\n${H}Connection: ${value}\r\n\r\n${get('/2')}`,
      );
      expect((await visitor.responses(2))[1]?.text).toBe('GET /2\n');
    });
  }
});

describe('C15 the exact count', () => {
  const linesOf = (count: number) =>
    Array.from({ length: count }, (_, i) => `x-${i}: ${i}\r\n`).join('');

  test('C15 as many lines as allowed pass', async () => {
    const bytes = `GET / HTTP/1.1\r\n${H}${linesOf(DEFAULT_LIMITS.headerLines - 1)}\r\n`;
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(exchanges[0]?.request.value(`x-${DEFAULT_LIMITS.headerLines - 2}`)).toBeDefined();
  });

  test('C15 one more is 431', async () => {
    await oracle(rig, `GET / HTTP/1.1\r\n${H}${linesOf(DEFAULT_LIMITS.headerLines)}\r\n`, {
      status: 431,
    });
    expect(rig.origin.exchanges).toEqual([]);
  });
});

describe('A34 an ignored upgrade is a plain request, the last of its connection', () => {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
  const chunked = `POST /p HTTP/1.1\r\n${H}${upgrade}Transfer-Encoding: chunked\r\n\r\n`;
  const counted = `POST /p HTTP/1.1\r\n${H}${upgrade}Content-Length: 5\r\n\r\n`;
  const whole: [string, string, string][] = [
    ['no body', `GET /p HTTP/1.1\r\n${H}${upgrade}\r\n`, ''],
    ['Content-Length', `${counted}hello`, 'hello'],
    ['chunks', `${chunked}5\r\nhello\r\n0\r\n\r\n`, 'hello'],
  ];
  for (const [what, bytes, body] of whole) {
    test(`A34 ${what}, in one segment with what is no request of ours`, async () => {
      const visitor = await rig.send(`${bytes}${get('/behind')}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
      await visitor.closed();
      expect(visitor.messages.length).toBe(1);
      expect(visitor.messages[0]).toMatchObject({ status: 200, isComplete: true });
      await rig.canary();
      const requests = rig.origin.exchanges.map(({ request }) => request);
      expect(requests.map(({ target, text }) => [target, text])).toEqual([['/p', body]]);
      await rig.settled();
    });

    test(`A34 ${what}, byte by byte`, async () => {
      const visitor = await rig.visit();
      await visitor.trickle(bytes);
      const { exchanges } = await judge(rig, visitor, { status: 200, requests: 1 });
      expect(exchanges[0]?.request.text).toBe(body);
    });
  }

  for (const [what, bytes] of [
    ['Content-Length', `${counted}hel`],
    ['chunk', `${chunked}5\r\nhel`],
    ['last chunk missing', `${chunked}5\r\nhello\r\n`],
  ] as const) {
    test(`A34 ${what} cut short is never whole at O`, async () => {
      const visitor = await rig.send(bytes);
      const { request, connection } = await rig.origin.exchange();
      await rig.origin.when(() => request.bodyLength >= 3, 'three bytes');
      visitor.reset();
      await connection.gone();
      expect(request.isComplete).toBe(false);
      await rig.canary();
    });
  }

  const broken = [
    `POST /p HTTP/1.1\r\n${H}${upgrade}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /p HTTP/1.1\r\n${H}${upgrade}Content-Length: 005\r\n\r\nhello`,
    `POST /p HTTP/1.1\r\n${H}${upgrade}Transfer-Encoding: xchunked\r\n\r\n`,
    `POST /p HTTP/1.1\r\n${H}${H}${upgrade}\r\n`,
    `GET /p#f HTTP/1.1\r\n${H}${upgrade}\r\n`,
  ];
  for (const bytes of broken) {
    test(`A34 ${JSON.stringify(bytes.slice(0, 150))} is refused all the same`, async () => {
      await oracle(rig, `${bytes}${get('/behind')}`, { status: 400 });
      expect(rig.origin.exchanges).toEqual([]);
    });
  }
});

describe('A33 nothing behind a refusal is looked at', () => {
  const refused = [
    `GET / HTTP/1.1\r\n${H}${H}\r\n`,
    `GET /#f HTTP/1.1\r\n${H}\r\n`,
    `GET / HTTP/1.1\r\nHost: a@b\r\n\r\n`,
    `TRACE / HTTP/1.1\r\n${H}\r\n`,
    `GET / HTTP/2.0\r\n${H}\r\n`,
    `POST / HTTP/1.1\r\n${H}Content-Length: 005\r\n\r\nhello`,
    `POST / HTTP/1.1\r\n${H}Expect: x\r\nContent-Length: 5\r\n\r\nhello`,
    `GET / HTTP/1.1\r\n${H}${'a:b\r\n'.repeat(300)}\r\n`,
    `GET * HTTP/1.1\r\n${H}\r\n`,
    `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ];
  for (const bytes of refused) {
    test(`A33 ${JSON.stringify(bytes.slice(0, 110))}, then good requests`, async () => {
      const behind = `${get('/behind')}POST /p HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\nhi`;
      const visitor = await rig.send(bytes + behind.repeat(5));
      await visitor.closed();
      expect(visitor.messages.length).toBe(1);
      expect(visitor.messages[0]?.status).toBeGreaterThanOrEqual(400);
      expect(visitor.messages[0]?.value('connection')).toBe('close');
      await rig.canary();
      await rig.settled();
      expect(rig.origin.exchanges).toEqual([]);
    });

    test(`A33 a good request, then ${JSON.stringify(bytes.slice(0, 110))}`, async () => {
      const visitor = await rig.send(get('/good') + bytes + get('/behind'));
      await visitor.closed();
      expect(visitor.messages.length).toBe(2);
      expect(visitor.messages[0]).toMatchObject({ status: 200, text: 'GET /good\n' });
      expect(visitor.messages[1]?.status).toBeGreaterThanOrEqual(400);
      await rig.canary();
      expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/good']);
    });
  }
});

describe('A39 many connections at once', () => {
  test('A39 200 visitors, half of them hostile: each honest one gets its own answer', async () => {
    const hostile = [
      `POST / HTTP/1.1\r\n${H}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get('/x')}`,
      `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `GET / HTTP/1.1\r\n${H}${H}\r\n`,
      `POST / HTTP/1.1\r\n${H}Content-Length: 50\r\n\r\n${get('/x')}`,
    ];
    const one = async (i: number) => {
      const visitor = await rig.send(get(`/own-${i}`));
      const bad = await rig.send(hostile[i % hostile.length] as string);
      expect((await visitor.response()).text).toBe(`GET /own-${i}\n`);
      visitor.destroy();
      bad.destroy();
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => one(i)));
    await rig.canary();
    await rig.settled();
    expect(rig.origin.exchanges.some(({ request }) => request.target === '/x')).toBe(false);
  });
});
