import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { type InProcessRig, startRig } from '../src/rig/index.ts';

/**
 * What is written appears at the other end while both are still writing. Each step waits until the
 * one before has arrived, so a proxy that gathers anything hangs here, whatever the machine's speed.
 */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const EVENT_STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';

for (const framing of ['chunked', 'until the end'] as const) {
  test(`F01 fifty events, each seen before the next is written, ${framing}`, async () => {
    const isChunked = framing === 'chunked';
    rig.origin.script = (exchange) =>
      exchange.send(`${EVENT_STREAM}${isChunked ? 'Transfer-Encoding: chunked\r\n' : ''}\r\n`);
    const visitor = await rig.send(`GET /events HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const response = await visitor.head();
    const exchange = await rig.origin.exchange();
    let all = '';
    for (let i = 0; i < 50; i++) {
      const event = `id: ${i}\ndata: event ${i}\n\n`;
      all += event;
      exchange.send(isChunked ? `${event.length.toString(16)}\r\n${event}\r\n` : event);
      await visitor.when(() => response.text === all, `event ${i}`);
    }
    exchange.end(isChunked ? '0\r\n\r\n' : '');
    expect((await visitor.response()).text).toBe(all);
  });
}

test('F02 the head comes before there is a body', async () => {
  rig.origin.script = (exchange) => exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
  const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
  expect((await visitor.head()).status).toBe(200);
  (await rig.origin.exchange()).send('body');
  expect((await visitor.response()).text).toBe('body');
});

test('F02 an interim head comes before the final one', async () => {
  rig.origin.script = (exchange) =>
    exchange.send('HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n');
  const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
  const isThere = () => visitor.received.includes('103 Early Hints\r\n');
  await visitor.when(isThere, 'the early hints');
  (await rig.origin.exchange()).send('HTTP/1.1 204 No Content\r\n\r\n');
  const response = await visitor.response();
  expect(response.informational.map((hint) => hint.value('link'))).toEqual([
    '</style.css>; rel=preload',
  ]);
});

for (const framing of ['chunked', 'length'] as const) {
  test(`F04 each piece of an upload arrives before the next is sent, ${framing}`, async () => {
    const isChunked = framing === 'chunked';
    const pieces = Array.from({ length: 20 }, (_, i) => `piece ${String(i).padStart(2, '0')};`);
    const length = pieces.join('').length;
    const line = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}${line}\r\n\r\n`);
    const { request } = await rig.origin.exchange();
    let all = '';
    for (const piece of pieces) {
      all += piece;
      visitor.send(isChunked ? `${piece.length.toString(16)}\r\n${piece}\r\n` : piece);
      await rig.origin.when(() => request.text === all, piece);
    }
    expect(request.isComplete).toBe(!isChunked);
    if (isChunked) visitor.send('0\r\n\r\n');
    expect((await visitor.response()).text).toBe(`POST /\n${all}`);
  });
}

test('F05 question and answer inside one exchange', async () => {
  rig.origin.script = (exchange) =>
    exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  const visitor = await rig.send(
    `POST / HTTP/1.1\r\n${rig.hostLine}Transfer-Encoding: chunked\r\n\r\n`,
  );
  const response = await visitor.head();
  const exchange = await rig.origin.exchange();
  let asked = '';
  let answered = '';
  for (let i = 0; i < 20; i++) {
    asked += `q${i};`;
    visitor.send(`${`q${i};`.length.toString(16)}\r\nq${i};\r\n`);
    await rig.origin.when(() => exchange.request.text === asked, `question ${i}`);
    answered += `a${i};`;
    exchange.send(`${`a${i};`.length.toString(16)}\r\na${i};\r\n`);
    await visitor.when(() => response.text === answered, `answer ${i}`);
  }
  visitor.send('0\r\n\r\n');
  await exchange.whole();
  exchange.send('0\r\n\r\n');
  expect((await visitor.response()).text).toBe(answered);
});

test('a chunked upload answered before it ends', async () => {
  rig.origin.script = (exchange) =>
    exchange.send('HTTP/1.1 413 Too Much\r\nContent-Length: 4\r\n\r\nstop');
  const visitor = await rig.send(
    `POST / HTTP/1.1\r\n${rig.hostLine}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n`,
  );
  const response = await visitor.response();
  expect([response.status, response.text]).toEqual([413, 'stop']);
  visitor.send('0\r\n\r\n');
  await rig.canary();
});

test('F17 the origin answers and ends while the visitor still sends', async () => {
  rig.origin.script = (exchange) =>
    exchange.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone');
  const visitor = await rig.send(
    `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: ${1024 * 1024 * 1024}\r\n\r\nfirst`,
  );
  expect((await visitor.response()).text).toBe('done');
  // The rest is not wanted: the relay ends the connection, and the stream is over before that.
  await rig.settled();
  const chunk = Buffer.alloc(64 * 1024);
  while (visitor.isOpen) {
    if (!visitor.send(chunk)) await visitor.drained();
  }
  expect((await rig.origin.exchange()).request.bodyLength).toBeLessThan(64 * 1024 * 1024);
});

test('F25 slow and silent transfers are not cut', async () => {
  const clock = new SteppedClock();
  await using slow = await startRig({ relayOptions: { clock }, connectOptions: { clock } });
  slow.origin.script = (exchange) => exchange.send(`${EVENT_STREAM}\r\n`);
  const silent = await slow.send(`GET / HTTP/1.1\r\n${slow.hostLine}\r\n`);
  const events = await silent.head();
  const total = 180 * 1024;
  const upload = await slow.send(
    `POST / HTTP/1.1\r\n${slow.hostLine}Content-Length: ${total}\r\n\r\n`,
  );
  const { request } = await slow.origin.exchange(1);
  for (let second = 0; second < 180; second++) {
    upload.send(Buffer.alloc(1024));
    await clock.advance(1_000);
  }
  await slow.origin.when(() => request.isComplete, 'the slow upload');
  await clock.advance(600_000);
  (await slow.origin.exchange(0)).send('data: after ten minutes\n\n');
  await silent.when(() => events.text === 'data: after ten minutes\n\n', 'the late event');
});
