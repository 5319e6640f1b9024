/** 2.A, more than one message on a connection: pipelines, early answers, Expect, slow writers. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, judge, oracle, startRig } from './rig.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
const get = (target: string) => `GET ${target} HTTP/1.1\r\n${H}\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('A31 two GETs in one segment are answered in order', async () => {
  const visitor = await rig.send(get('/1') + get('/2'));
  expect((await visitor.responses(2)).map(({ text }) => text)).toEqual(['GET /1\n', 'GET /2\n']);
  await rig.canary();
});

test('A31 a GET, a POST with a body, a HEAD and a DELETE in one segment', async () => {
  const bytes =
    get('/1') +
    `POST /2 HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello` +
    `HEAD /3 HTTP/1.1\r\n${H}\r\n` +
    `DELETE /4 HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n` +
    get('/5');
  const visitor = await rig.send(bytes, { methods: ['GET', 'POST', 'HEAD', 'DELETE', 'GET'] });
  const texts = (await visitor.responses(5)).map(({ text }) => text);
  expect(texts).toEqual(['GET /1\n', 'POST /2\nhello', '', 'DELETE /4\nab', 'GET /5\n']);
});

test('A32 100 pipelined GETs: in order, one at a time', async () => {
  let inFlight = 0;
  let most = 0;
  rig.origin.script = async (exchange) => {
    const { target } = exchange.request;
    most = Math.max(most, ++inFlight);
    // Some answers take longer than others, so that an answer out of turn would overtake.
    for (let turns = (target.length * 7) % 5; turns >= 0; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    inFlight--;
    exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
  };
  const targets = Array.from({ length: 100 }, (_, i) => `/${'x'.repeat(i % 9)}${i}`);
  const visitor = await rig.send(targets.map(get).join(''));
  const texts = (await visitor.responses(100)).map(({ text }) => text);
  expect(texts).toEqual(targets);
  expect(most).toBe(1);
  await rig.canary();
});

test('A33 a bad request behind a good one: the good one is answered, then 400 and the end', async () => {
  const visitor = await rig.send(`${get('/1')}BAD\x01 / HTTP/1.1\r\n\r\n${get('/smuggled')}`);
  await visitor.closed();
  const { messages } = visitor;
  expect(messages.map(({ status }) => status)).toEqual([200, 400]);
  expect(messages[0]?.text).toBe('GET /1\n');
  expect(rig.origin.completed.map(({ request }) => request.target)).toEqual(['/1']);
  await rig.canary();
});

test('A34 nothing behind Connection: close is read', async () => {
  const first = `GET /1 HTTP/1.1\r\n${H}Connection: close\r\n\r\n`;
  const visitor = await rig.send(first + get('/2'));
  await visitor.closed();
  // llhttp takes bytes behind a closing request for an error: the answer itself must not be lost.
  expect(rig.origin.exchanges.every(({ request }) => request.target === '/1')).toBe(true);
  expect(visitor.messages.length).toBe(1);
  expect(visitor.messages[0]).toMatchObject({ status: 200, text: 'GET /1\n', isComplete: true });
  expect(visitor.messages[0]?.value('connection')).toBe('close');
  await rig.canary();
});

test('A34 Connection: close alone ends the connection after the answer', async () => {
  const visitor = await rig.send(`GET /1 HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
  expect((await visitor.response()).text).toBe('GET /1\n');
  expect(await visitor.closed()).toBe('fin');
});

describe('A35 bodies where few expect one', () => {
  for (const method of ['GET', 'DELETE', 'OPTIONS', 'PROPFIND', 'PATCH', 'PUT', 'POST']) {
    const bodies: [string, string][] = [
      ['Content-Length', 'Content-Length: 5\r\n\r\nhello'],
      ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ];
    for (const [how, rest] of bodies) {
      test(`A35 ${method} with ${how}`, async () => {
        const bytes = `${method} /p HTTP/1.1\r\n${H}${rest}`;
        const { exchanges, response } = await oracle(rig, bytes, { status: 200, requests: 1 });
        expect(exchanges[0]?.request.text).toBe('hello');
        expect(response.text).toBe(`${method} /p\nhello`);
      });
    }
  }

  test('A35 Content-Length: 0 and no body at all', async () => {
    await oracle(rig, `GET / HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`, {
      status: 200,
      requests: 1,
    });
    await rig.reset();
    await oracle(rig, `POST / HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`, {
      status: 200,
      requests: 1,
    });
    expect(rig.origin.exchanges[0]?.request.value('content-length')).toBe('0');
    await rig.reset();
    await oracle(rig, `POST / HTTP/1.1\r\n${H}\r\n`, { status: 200, requests: 1 });
    expect(rig.origin.exchanges[0]?.request.text).toBe('');
  });
});

test('A36 CL.0: the body of an early answered POST is never a request', async () => {
  const inner = get('/admin');
  rig.origin.script = (exchange) => exchange.send(OK);
  const bytes = `POST / HTTP/1.1\r\n${H}Content-Length: ${inner.length}\r\n\r\n${inner}`;
  const visitor = await rig.send(bytes);
  expect((await visitor.response()).text).toBe('ok');
  await rig.canary();
  expect(rig.origin.exchanges.map(({ request }) => request.target)).toEqual(['/']);
  await rig.settled();
});

test('A36 CL.0, the body after the answer: closed or drained', async () => {
  const inner = get('/admin');
  rig.origin.script = (exchange) => exchange.send(OK);
  const head = `POST / HTTP/1.1\r\n${H}Content-Length: ${inner.length}\r\n\r\n`;
  const visitor = await rig.send(head);
  const response = await visitor.response();
  expect(response.text).toBe('ok');
  visitor.send(inner + get('/after'));
  if (response.value('connection') === 'close') await visitor.closed();
  else await visitor.responses(2);
  await rig.canary();
  const targets = rig.origin.exchanges.map(({ request }) => request.target);
  expect(targets).not.toContain('/admin');
  await rig.settled();
});

test('A37 HEAD with a body: consumed, and no body comes back', async () => {
  const bytes = `HEAD /h HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello${get('/next')}`;
  const visitor = await rig.send(bytes, { methods: ['HEAD', 'GET'] });
  const [head, next] = await visitor.responses(2);
  expect(head?.status).toBe(200);
  expect(head?.value('content-length')).toBe('13');
  expect(next?.text).toBe('GET /next\n');
  expect(rig.origin.exchanges[0]?.request.text).toBe('hello');
});

describe('A38 Expect: 100-continue', () => {
  const head = `POST / HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`;

  test('A38 a 401 in place of the 100: no 100 after it, and the connection ends', async () => {
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');
    const visitor = await rig.send(head);
    const response = await visitor.response();
    expect([response.status, response.text]).toEqual([401, 'no']);
    expect(response.informational).toEqual([]);
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.messages.length).toBe(1);
    await rig.canary();
  });

  test("A38 the 100 is the origin's: none before it, then body and answer", async () => {
    rig.origin.script = async (exchange) => {
      await rig.canary();
      expect(visitor.receivedLength).toBe(0);
      exchange.send('HTTP/1.1 100 Continue\r\n\r\n');
      const request = await exchange.whole();
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${request.text}`);
    };
    const visitor = await rig.send(head);
    await visitor.when(() => visitor.received.includes('\r\n\r\n'), 'a 100');
    expect(visitor.received.toString('latin1')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    visitor.send('hello');
    await judge(rig, visitor, { status: 200, requests: 1 });
    expect(visitor.messages[0]?.text).toBe('hello');
  });

  test('A38 a visitor that does not wait', async () => {
    const { response } = await oracle(rig, `${head}hello`, { status: 200, requests: 1 });
    expect(response.text).toBe('POST /\nhello');
  });

  test('A38 in another case', async () => {
    const bytes = head.replace('100-continue', '100-CONTINUE');
    await oracle(rig, `${bytes}hello`, { status: 200, requests: 1 });
  });

  test('A38 without a body', async () => {
    const bytes = `GET / HTTP/1.1\r\n${H}Expect: 100-continue\r\n\r\n`;
    await oracle(rig, bytes, { status: 200, requests: 1 });
  });
});

for (const value of ['200-ok', '100-continue, 200-ok', 'x', '100', '100-continue;x']) {
  test(`A40 Expect: ${value} is 417`, async () => {
    const bytes = `POST / HTTP/1.1\r\n${H}Expect: ${value}\r\nContent-Length: 5\r\n\r\nhello`;
    await oracle(rig, bytes, { status: 417 });
    expect(rig.origin.exchanges).toEqual([]);
  });
}

describe('A41 a head in two pieces', () => {
  const whole = `GET /p HTTP/1.1\r\n${H}X-A: b\r\n\r\n`;
  const cuts = [
    1,
    3,
    4,
    6,
    7,
    11,
    14,
    15,
    16,
    17,
    21,
    23,
    30,
    32,
    39,
    whole.length - 2,
    whole.length - 1,
  ];
  for (const cut of cuts) {
    test(`A41 after ${JSON.stringify(whole.slice(0, cut))}`, async () => {
      const visitor = await rig.send(whole.slice(0, cut));
      await rig.canary();
      expect(visitor.receivedLength).toBe(0);
      expect(visitor.isOpen).toBe(true);
      visitor.send(whole.slice(cut));
      const { response } = await judge(rig, visitor, { status: 200, requests: 1 });
      expect(response.text).toBe('GET /p\n');
    });
  }
});

test('A42 a POST byte by byte', async () => {
  const visitor = await rig.visit();
  await visitor.trickle(`POST /slow HTTP/1.1\r\n${H}X-A: b\r\nContent-Length: 5\r\n\r\nhello`);
  const { response, exchanges } = await judge(rig, visitor, { status: 200, requests: 1 });
  expect(response.text).toBe('POST /slow\nhello');
  expect(exchanges[0]?.request.value('x-a')).toBe('b');
});

test('A42 chunks byte by byte', async () => {
  const visitor = await rig.visit();
  await visitor.trickle(
    `POST /slow HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x\r\n!!!\r\n0\r\nT: 1\r\n\r\n`,
  );
  const { exchanges } = await judge(rig, visitor, { status: 200, requests: 1 });
  expect(exchanges[0]?.request.text).toBe('hello!!!');
  expect(exchanges[0]?.request.trailers).toEqual(['T', '1']);
});

test('A45 a visitor that half-closes after its request still gets the answer', async () => {
  const visitor = await rig.send(get('/half'));
  visitor.end();
  expect((await visitor.response()).text).toBe('GET /half\n');
  await visitor.closed();
  await rig.canary();
});

test('A45 half-closed after a POST with its whole body', async () => {
  const visitor = await rig.send(`POST /half HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`);
  visitor.end();
  expect((await visitor.response()).text).toBe('POST /half\nhello');
});

test('A45 empty lines before a request are skipped', async () => {
  const { response } = await oracle(rig, `\r\n\r\n${get('/late')}`, { status: 200, requests: 1 });
  expect(response.text).toBe('GET /late\n');
});

test('A45 a thousand requests on one connection', async () => {
  const visitor = await rig.visit();
  for (let i = 0; i < 1_000; i++) {
    visitor.send(get(`/${i}`));
    const responses = await visitor.head(i);
    await visitor.when(() => responses.isComplete, 'the body');
    expect(responses.text).toBe(`GET /${i}\n`);
  }
});
