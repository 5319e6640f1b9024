/** 2.A, bodies in chunks: only clean framing reaches O, and a bad one is never a whole request there. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  assertCleanOrigin,
  bytesOf,
  type InProcessRig,
  oracle,
  startRig,
} from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';
const CHUNKED = `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`;
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${H}\r\n`;

/** The body of one POST as O saw it. */
async function bodyAtOrigin(chunks: string): Promise<string> {
  const { exchanges } = await oracle(rig, `${CHUNKED}${chunks}`, { status: 200, requests: 1 });
  return exchanges[0]?.request.text ?? '';
}

/** The connection ends, with a 4xx if anything, and O has no whole request, nor one kept waiting. */
async function cutsOff(bytes: string): Promise<void> {
  const visitor = await rig.send(bytes);
  await visitor.closed();
  for (const message of visitor.messages) expect([400, 413, 431]).toContain(message.status);
  expect(visitor.messages.length).toBeLessThanOrEqual(1);
  await rig.canary();
  await rig.settled();
  assertCleanOrigin(rig);
  const seen = rig.origin.exchanges;
  await rig.origin.when(() => seen.every(({ request }) => request.isAborted), 'an aborted request');
  expect(rig.origin.completed).toEqual([]);
}

describe('A22 chunk extensions are dropped', () => {
  const extended = [
    '1;a=b\r\nZ\r\n0\r\n\r\n',
    '1;a="q;\\"x"\r\nZ\r\n0\r\n\r\n',
    '1;a\r\nZ\r\n0;b=c\r\n\r\n',
    '1;a=b;c=d;e\r\nZ\r\n0\r\n\r\n',
    '1;a="b, c"\r\nZ\r\n0;x="y"\r\n\r\n',
  ];
  for (const chunks of extended) {
    test(`A22 ${JSON.stringify(chunks)}`, async () => {
      expect(await bodyAtOrigin(chunks)).toBe('Z');
    });
  }
});

describe('A23 line ends inside an extension', () => {
  const broken = [
    '1;a\nb\r\nZ\r\n0\r\n\r\n',
    '1;a\n\r\nZ\r\n0\r\n\r\n',
    '1;a\rb\r\nZ\r\n0\r\n\r\n',
    '1\r\r;a\r\nZ\r\n0\r\n\r\n',
    '1;\n\r\nZ\r\n0\r\n\r\n',
    `1;\nxx\r\n4c\r\n0\r\n\r\n${SMUGGLED}`,
    '1;a="\r\n"\r\nZ\r\n0\r\n\r\n',
    '1;a=\0\r\nZ\r\n0\r\n\r\n',
    '1;a="\x01"\r\nZ\r\n0\r\n\r\n',
    `0;a\n\r\n\r\n${SMUGGLED}`,
  ];
  for (const chunks of broken)
    test(`A23 ${JSON.stringify(chunks)}`, () => cutsOff(`${CHUNKED}${chunks}`));
});

describe('A24 extensions that outweigh the body', () => {
  test('A24 one of 17 KiB', () =>
    cutsOff(`${CHUNKED}1;${'a'.repeat(17 * 1024)}\r\nZ\r\n0\r\n\r\n`));

  test('A24 15 KiB before each of 1,000 bytes', async () => {
    const visitor = await rig.send(CHUNKED);
    const piece = `1;${'a'.repeat(15 * 1024)}\r\nZ\r\n`;
    let sent = 0;
    while (sent < 1_000 && visitor.isOpen) {
      visitor.send(piece);
      await visitor.drained();
      sent++;
    }
    await visitor.closed();
    // What the kernel took on both sides does not count as read.
    expect(sent).toBeLessThan(1_000);
    for (const message of visitor.messages) expect([400, 413]).toContain(message.status);
    await rig.canary();
    await rig.settled();
    expect(rig.origin.completed).toEqual([]);
  });

  test('A24 many small extensions of an honest sender pass', async () => {
    const chunks = Array.from({ length: 500 }, () => '8;sig=0123456789abcdef\r\n12345678\r\n').join(
      '',
    );
    expect(await bodyAtOrigin(`${chunks}0\r\n\r\n`)).toBe('12345678'.repeat(500));
  });
});

describe('A25 chunks that lie', () => {
  const broken = [
    '5\r\nhelloX\r\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello\r0\r\n\r\n',
    '5\r\nhel\r\n0\r\n\r\n',
    '4\r\nhello\r\n0\r\n\r\n',
    '5\nhello\r\n0\r\n\r\n',
    '5\rhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\n\n',
    '5\r\nhello\r\n0\r\n\n',
    '5\r\nhello\r\n0\r\nX',
    '5\r\nhello\r\n0\r\n\rX',
    '5\r\nhello\r\n0 \r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '+5\r\nhello\r\n0\r\n\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
    '-0\r\n\r\n',
    '5 \r\nhello\r\n0\r\n\r\n',
    ' 5\r\nhello\r\n0\r\n\r\n',
    '5\t\r\nhello\r\n0\r\n\r\n',
    '5,5\r\nhello\r\n0\r\n\r\n',
    '5 5\r\nhello\r\n0\r\n\r\n',
    '5_\r\nhello\r\n0\r\n\r\n',
    'g\r\nhello\r\n0\r\n\r\n',
    '\r\nhello\r\n0\r\n\r\n',
    ';a=b\r\nhello\r\n0\r\n\r\n',
    'FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n',
    '10000000000000005\r\nhello\r\n0\r\n\r\n',
    '5\0\r\nhello\r\n0\r\n\r\n',
    '\xb5\r\nhello\r\n0\r\n\r\n',
    '5\r\n\r\nhello\r\n0\r\n\r\n',
  ];
  for (const chunks of broken) {
    test(`A25 ${JSON.stringify(chunks)}`, () => cutsOff(`${CHUNKED}${chunks}${SMUGGLED}`));
  }
});

describe('A26 chunk sizes in other words', () => {
  const fine: [string, string][] = [
    ['00001\r\nZ\r\n000\r\n\r\n', 'Z'],
    ['1\r\nZ\r\n0000000000\r\n\r\n', 'Z'],
    ['A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['a\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['2\r\n\r\n\r\n0\r\n\r\n', '\r\n'],
    ['5\r\n0\r\n\r\n\r\n0\r\n\r\n', '0\r\n\r\n'],
    ['0\r\n\r\n', ''],
  ];
  for (const [chunks, body] of fine) {
    test(`A26 ${JSON.stringify(chunks)}`, async () =>
      expect(await bodyAtOrigin(chunks)).toBe(body));
  }
});

describe('A28 trailers', () => {
  const forbidden = [
    'Host: evil',
    'Authorization: x',
    'Content-Type: x',
    'Cookie: x',
    'X-Forwarded-For: 1.2.3.4',
    'Forwarded: for=1.2.3.4',
    'X-Real-IP: 1.2.3.4',
    'Connection: close',
    'X-Forwarded-Host: evil',
    'Set-Cookie: a=b',
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Upgrade: websocket',
    'TE: trailers',
    'Trailer: x',
    'Keep-Alive: x',
    'X-Sellia-Hops: 0',
    'X_Forwarded_For: 1.2.3.4',
    'Content_Length: 9',
    'Proxy-Authorization: x',
    'Range: bytes=0-',
    'If-Match: "x"',
    'Cache-Control: no-store',
    'Max-Forwards: 0',
    'Content-Range: bytes 0-1/2',
  ];
  for (const line of forbidden) {
    test(`A28 ${line} never reaches O`, async () => {
      const name = line.split(':')[0] as string;
      const bytes = `${CHUNKED}1\r\nZ\r\n0\r\n${line}\r\n\r\n`;
      const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
      const { request } = exchanges[0] as (typeof exchanges)[0];
      const trailers = request.trailers.map((text) => text.toLowerCase());
      expect(trailers).not.toContain(name.toLowerCase());
      const value = line.slice(line.indexOf(':') + 1).trim();
      expect(request.values(name)).not.toContain(value === 'x' ? 'x' : value);
      expect(request.value('host')).toMatch(/^(one\.test|127\.0\.0\.1:\d+)$/);
    });
  }

  for (const line of [
    'Content-Length: 9',
    'Content-Length: 0',
    'Transfer-Encoding: x',
    'Transfer-Encoding: chunked',
  ]) {
    test(`A28 ${line} is refused`, () =>
      cutsOff(`${CHUNKED}1\r\nZ\r\n0\r\n${line}\r\n\r\n${SMUGGLED}`));
  }

  test('A28 an honest trailer arrives as a trailer, and not as a header', async () => {
    const bytes = `${CHUNKED}1\r\nZ\r\n0\r\nX-Checksum: abc\r\nx-second: 2\r\n\r\n`;
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(exchanges[0]?.request.trailers).toEqual(['X-Checksum', 'abc', 'x-second', '2']);
    expect(exchanges[0]?.request.has('x-checksum')).toBe(false);
  });

  const broken = ['X : 1', ' X: 1', 'X', 'X: \0', 'X: 1\nY: 2', 'X[]: 1', ': 1', 'X: a\r\n b'];
  for (const line of broken) {
    test(`A28 trailer line ${JSON.stringify(line)}`, () =>
      cutsOff(`${CHUNKED}1\r\nZ\r\n0\r\n${line}\r\n\r\n${SMUGGLED}`));
  }
});

describe('A29 too much trailer', () => {
  test('A29 10,000 lines', () =>
    cutsOff(`${CHUNKED}1\r\nZ\r\n0\r\n${'a: b\r\n'.repeat(10_000)}\r\n`));
  test('A29 one of 64 KiB', () =>
    cutsOff(`${CHUNKED}1\r\nZ\r\n0\r\nX: ${'a'.repeat(64 * 1024)}\r\n\r\n`));
  test('A29 1,500 short lines', () =>
    cutsOff(`${CHUNKED}1\r\nZ\r\n0\r\n${'a: b\r\n'.repeat(1_500)}\r\n`));
});

test('A30 100,000 chunks of one byte', { timeout: 30_000 }, async () => {
  const count = 100_000;
  const visitor = await rig.send(CHUNKED);
  const hash = createHash('sha256');
  for (let at = 0; at < count; at += 1_000) {
    const letters = Array.from({ length: 1_000 }, (_, i) =>
      String.fromCharCode(97 + ((at + i) % 26)),
    );
    hash.update(letters.join(''));
    visitor.send(letters.map((letter) => `1\r\n${letter}\r\n`).join(''));
    await visitor.drained();
  }
  visitor.send('0\r\n\r\n');
  expect((await visitor.response(20_000)).status).toBe(200);
  const { request } = await rig.origin.exchange();
  expect(request.digest()).toBe(hash.digest('hex'));
  expect(request.bodyLength).toBe(count);
  await rig.canary();
});

describe('A27 bodies that end too early', () => {
  const cut: [string, string][] = [
    ['Content-Length', `POST / HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\nhello`],
    ['chunk', `${CHUNKED}a\r\nhello`],
    ['last chunk missing', `${CHUNKED}5\r\nhello\r\n`],
    ['last line missing', `${CHUNKED}5\r\nhello\r\n0\r\n`],
    ['in the trailers', `${CHUNKED}5\r\nhello\r\n0\r\nX: 1\r\n`],
    ['in a chunk size', `${CHUNKED}5\r\nhello\r\n1`],
  ];
  for (const [what, bytes] of cut) {
    for (const how of ['fin', 'rst'] as const) {
      test(`A27 ${what}, then ${how}`, async () => {
        const visitor = await rig.send(bytes);
        const { request, connection } = await rig.origin.exchange();
        if (what !== 'last line missing' || how === 'fin') {
          await rig.origin.when(() => request.bodyLength === 5, 'five bytes at O');
        }
        if (how === 'fin') visitor.end();
        else visitor.reset();
        await connection.gone();
        expect(request.isComplete).toBe(false);
        await rig.canary();
        await rig.settled();
        expect(rig.origin.completed).toEqual([]);
      });
    }
  }
});

test('A21 a whole body in chunks, then the next request on the same connection', async () => {
  const bytes = `${CHUNKED}5\r\nhello\r\n0\r\n\r\nGET /next HTTP/1.1\r\n${H}\r\n`;
  const visitor = await rig.send(bytes);
  const texts = (await visitor.responses(2)).map(({ text }) => text);
  expect(texts).toEqual(['POST /\nhello', 'GET /next\n']);
  expect(rig.origin.completed.length).toBe(2);
});

test('A21 what looks like a request inside a body stays body', async () => {
  const inside = bytesOf(SMUGGLED).length.toString(16);
  const bytes = `${CHUNKED}${inside}\r\n${SMUGGLED}\r\n0\r\n\r\n`;
  const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
  expect(exchanges[0]?.request.text).toBe(SMUGGLED);
});
