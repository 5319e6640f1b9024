import { describe, expect, test } from 'vitest';
import { ask, RelayFixture } from '../relay-fixture.ts';

/** RFC 6455 section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='];
const LINES =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  `Sec-WebSocket-Key: ${KEY}\r\n`;

test('a handshake, bytes before and behind the 101, then both ways', async () => {
  await using fixture = await RelayFixture.start();
  const client = await fixture.tunnel();
  const visitor = await fixture.visitor(`${ask('GET /ws?x', LINES)}early`);
  const stream = await client.stream();
  expect(stream.open.opening.kind).toBe('upgrade');
  expect(stream.hasEnded).toBe(false);
  expect(stream.header('sec-websocket-key')).toBe(KEY);
  expect(stream.header('upgrade')).toBeUndefined();
  visitor.send('-more');
  expect(stream.body).toBe('');
  stream.head(101, [...ACCEPT, 'Sec-WebSocket-Protocol', 'b']);
  stream.write('greeting');
  const text = await visitor.until('greeting');
  expect(text).toMatch(/^HTTP\/1.1 101 Reason\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/);
  expect(text).toContain('Sec-WebSocket-Protocol: b\r\n');
  await client.inbox.until(() => stream.body === 'early-more');
  visitor.send('ping');
  await client.inbox.until(() => stream.body === 'early-moreping');
  visitor.socket.end();
  await client.inbox.until(() => stream.hasEnded);
  stream.write('last');
  stream.stream.end();
  expect(await visitor.closed()).toBe('fin');
  expect(visitor.text.endsWith('greetinglast')).toBe(true);
  await fixture.quiet();
});

test('a refusal comes through whole, then the connection ends, and nothing else passes', async () => {
  await using fixture = await RelayFixture.start();
  const client = await fixture.tunnel();
  client.script = (stream) => {
    stream.head(401, ['WWW-Authenticate', 'Basic', 'X-Own', '1']);
    stream.write('who are you?');
    stream.stream.end();
  };
  const visitor = await fixture.visitor(`${ask('GET /ws', LINES)}GET /internal HTTP/1.1\r\n\r\n`);
  expect(await visitor.closed()).toBe('fin');
  expect(visitor.text).toMatch(/^HTTP\/1.1 401 Reason\r\nWWW-Authenticate: Basic\r\nX-Own: 1\r\n/);
  expect(visitor.text).toContain('Connection: close\r\n');
  expect(visitor.text).toContain('who are you?');
  const stream = await client.stream();
  await client.inbox.until(() => stream.hasEnded || stream.resetBy !== undefined);
  expect([stream.body, client.streams.length]).toEqual(['', 1]);
  await fixture.quiet();
});

describe('a 101 that is none', () => {
  const heads: [string, string[]][] = [
    ['without Sec-WebSocket-Accept', []],
    ['with a wrong one', ['Sec-WebSocket-Accept', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=']],
    ['with two', [...ACCEPT, ...ACCEPT]],
    ['with a body', [...ACCEPT, 'Content-Length', '5']],
  ];
  for (const [what, headers] of heads) {
    test(`${what} is a 502, and ends the session`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      client.script = (stream) => stream.head(101, headers);
      const visitor = await fixture.visitor(ask('GET /ws', LINES));
      expect(await visitor.closed()).toBe('fin');
      expect(visitor.text).toMatch(/^HTTP\/1.1 502 /);
      await client.inbox.until(() => client.closedBy === 'SELLIA_PROTOCOL');
    });
  }
});

describe('refused by the relay', () => {
  const line = (name: string, value: string) =>
    LINES.replace(new RegExp(`${name}: .*\r\n`), value === '' ? '' : `${name}: ${value}\r\n`);
  const cases: [string, string, number][] = [
    ['version 12', ask('GET /', line('Sec-WebSocket-Version', '12')), 426],
    ['two versions', ask('GET /', line('Sec-WebSocket-Version', '13, 8')), 426],
    ['no version', ask('GET /', line('Sec-WebSocket-Version', '')), 426],
    ['no key', ask('GET /', line('Sec-WebSocket-Key', '')), 400],
    ['a key of 15 bytes', ask('GET /', line('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAA')), 400],
    ['a key that is no base64', ask('GET /', line('Sec-WebSocket-Key', '*'.repeat(24))), 400],
    ['two keys', ask('GET /', `${LINES}Sec-WebSocket-Key: ${KEY}\r\n`), 400],
    ['a body by length', ask('GET /', `${LINES}Content-Length: 5\r\n`, 'hello'), 400],
    ['a length of nothing', ask('GET /', `${LINES}Content-Length: 0\r\n`), 400],
    ['a body by chunks', ask('GET /', `${LINES}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n'), 400],
    ['POST', ask('POST /', LINES), 400],
    ['another host', ask('GET http://169.254.169.254/', LINES), 400],
    ['an unknown tunnel', ask('GET /', LINES).replace('one', 'two'), 404],
    ['CONNECT', 'CONNECT one.test:80 HTTP/1.1\r\nHost: one.test\r\n\r\n', 405],
  ];
  for (const [what, bytes, status] of cases) {
    test(`${what}: ${status}`, async () => {
      await using fixture = await RelayFixture.start();
      const client = await fixture.tunnel();
      const visitor = await fixture.visitor(bytes);
      expect(await visitor.closed()).toBe('fin');
      expect(visitor.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(visitor.text).toContain('Connection: close\r\n');
      if (status === 426) expect(visitor.text).toContain('Sec-WebSocket-Version: 13\r\n');
      expect(client.streams.length).toBe(0);
    });
  }
});

describe('an upgrade that may be ignored', () => {
  const h2c =
    'Connection: Upgrade, HTTP2-Settings, X-Own\r\nUpgrade: h2c\r\n' +
    'HTTP2-Settings: AAMAAABk\r\nX-Own: 1\r\n';
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

  test('is a plain request, and what is behind it goes nowhere', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer('plain');
    const visitor = await fixture.visitor(ask('GET /', h2c) + preface);
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text).toMatch(/^HTTP\/1.1 200 .*plain$/s);
    const [stream] = client.streams;
    expect(stream?.header('upgrade')).toBeUndefined();
    expect(stream?.header('http2-settings')).toBeUndefined();
    expect(stream?.header('x-own')).toBeUndefined();
    expect(client.streams.length).toBe(1);
  });

  test('has its body, in one segment or in two', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('POST /', `${h2c}Content-Length: 10\r\n`, 'hello'));
    const stream = await client.stream();
    visitor.send('world');
    await client.inbox.until(() => stream.hasEnded);
    expect(stream.body).toBe('helloworld');
    stream.answer('thanks');
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text).toMatch(/thanks$/);
    await fixture.quiet();
  });

  test('HTTP/1.0 cannot upgrade', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer('plain');
    const old = `GET / HTTP/1.0\r\nHost: one.test\r\n${LINES}\r\n`;
    const visitor = await fixture.visitor(old);
    expect(await visitor.closed()).toBe('fin');
    expect(client.streams[0]?.open.opening.kind).toBe('http');
  });
});

describe('ends', () => {
  test('a visitor that leaves before the 101', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /ws', LINES));
    const stream = await client.stream();
    visitor.socket.end();
    await client.inbox.until(() => stream.resetBy !== undefined);
    await fixture.quiet();
  });

  test('a stream that breaks is a reset', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.head(101, ACCEPT);
    const visitor = await fixture.visitor(ask('GET /ws', LINES));
    await visitor.until('101');
    const stream = await client.stream();
    stream.stream.abort('SELLIA_UPSTREAM_RESET');
    expect(await visitor.closed()).toBe('reset');
  });

  test('idle for an hour is no end, half-closed and idle is', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.head(101, ACCEPT);
    const visitor = await fixture.visitor(ask('GET /ws', LINES));
    await visitor.until('101');
    await fixture.clock.advance(3_600_000);
    const stream = await client.stream();
    visitor.send('alive');
    await client.inbox.until(() => stream.body === 'alive');
    stream.stream.end();
    await visitor.closed();
    await fixture.clock.advance(70_000);
    await fixture.quiet();
  });
});
