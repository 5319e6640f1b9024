import { describe, expect, test } from 'vitest';
import { createRelay, RelayError, type RelayOptions } from '../src/index.ts';
import { ask, RelayFixture } from './relay-fixture.ts';

function own(target: string, lines = '', host = 'test'): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines}Connection: close\r\n\r\n`;
}

describe('the relay’s own host', () => {
  const pages: [string, string, number, string][] = [
    ['health', own('/health'), 200, '{"status":"ok","tunnels":1}'],
    ['health by another name', own('/health?x', '', '127.0.0.1'), 200, '"status":"ok"'],
    ['the front page', own('/'), 200, 'sellia http 8080'],
    ['the front page by port and case', own('/', '', 'TEST:8080'), 200, 'sellia http 8080'],
    ['absolute form', own('http://test/health'), 200, '"status":"ok"'],
    ['anything else', own('/nothing'), 404, 'SELLIA_NOT_FOUND'],
    [
      'anything else, as JSON',
      own('/x', 'Accept: application/json\r\n'),
      404,
      '"code":"SELLIA_NOT_FOUND"',
    ],
    ['the front page by another name', own('/', '', '[::1]'), 404, 'SELLIA_TUNNEL_NOT_FOUND'],
    ['an unknown tunnel', own('/', '', 'two.test'), 404, 'SELLIA_TUNNEL_NOT_FOUND'],
  ];
  for (const [what, bytes, status, wanted] of pages) {
    test(`${what}: ${status}`, async () => {
      await using fixture = await RelayFixture.start();
      await fixture.tunnel();
      const visitor = await fixture.visitor(bytes);
      expect(await visitor.closed()).toBe('fin');
      expect(visitor.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(visitor.text).toContain(wanted);
    });
  }

  test('a tunnel’s own pages of these names are the tunnel’s', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer(`mine ${stream.target}`);
    const visitor = await fixture.visitor();
    for (const path of ['/health', '/metrics', '/api/admin/api-keys', '/ws', '/_sellia/connect']) {
      visitor.send(ask(`GET ${path}`));
      await visitor.until(`mine ${path}`);
    }
  });

  test('an upload to a page of the relay is not read to its end', async () => {
    await using fixture = await RelayFixture.start();
    const visitor = await fixture.visitor(
      'POST /health HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000000\r\n\r\nabc',
    );
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.text).toMatch(/^HTTP\/1.1 4\d\d /);
  });
});

describe('options', () => {
  const bad: [string, RelayOptions, string][] = [
    ['a required key without any', { requireAuth: true }, 'SELLIA_AUTH_WITHOUT_KEY'],
    ['an empty key', { keys: [''] }, 'SELLIA_OPTION_INVALID'],
    ['a port of -1', { port: -1 }, 'SELLIA_OPTION_INVALID'],
    ['a port of 3000.5', { port: 3000.5 }, 'SELLIA_OPTION_INVALID'],
    ['a domain that is none', { domain: 'http://x' }, 'SELLIA_OPTION_INVALID'],
    ['a proxy that is none', { trustedProxies: ['10.0.0.0/99'] }, 'SELLIA_OPTION_INVALID'],
    ['a public URL with a path', { publicUrl: 'https://x.test/y' }, 'SELLIA_OPTION_INVALID'],
    ['a limit that is none', { limits: { headMs: Number.NaN } }, 'SELLIA_OPTION_INVALID'],
    ['an address of another machine', { host: '192.0.2.1', port: 0 }, 'SELLIA_ADDRESS_UNAVAILABLE'],
  ];
  for (const [what, options, code] of bad) {
    test(`${what} is refused with ${code}`, async () => {
      const error = await createRelay(options).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RelayError);
      expect(error).toMatchObject({ code, side: 'relay' });
      expect((error as RelayError).hint).not.toBe('');
    });
  }

  test('a port in use is refused', async () => {
    await using fixture = await RelayFixture.start();
    const second = createRelay({ host: '127.0.0.1', port: fixture.relay.port });
    await expect(second).rejects.toMatchObject({ code: 'SELLIA_PORT_IN_USE' });
  });

  const urls: [RelayOptions, string][] = [
    [{ domain: 'Relay.Test' }, 'http://one.relay.test:PORT'],
    [{ domain: 'test:8080' }, 'http://one.test:8080'],
    [{ useHttps: true }, 'https://one.test'],
    [{ publicUrl: 'https://public.example:8443' }, 'https://one.public.example:8443'],
  ];
  for (const [options, url] of urls) {
    test(`${JSON.stringify(options)} gives ${url}`, async () => {
      await using fixture = await RelayFixture.start(options);
      const ready = await (await fixture.client()).open('one');
      expect(ready.url).toBe(url.replace('PORT', String(fixture.relay.port)));
    });
  }
});

describe('close', () => {
  test('lets what is under way finish, refuses what is new, and frees the port', async () => {
    const fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    const stream = await client.stream();
    const idle = await fixture.visitor();
    const closed = fixture.relay.close();
    await fixture.advanceUntil(50, () => client.isLeaving);
    expect(await idle.closed()).toBe('fin');
    stream.answer('hello');
    expect(await visitor.until('hello')).toContain('Connection: close\r\n');
    await fixture.advanceUntil(100, () => client.closedBy !== undefined);
    await closed;
    expect(fixture.relay.stats()).toEqual({ sessions: 0, tunnels: 0, streams: 0, visitors: 0 });
    const { port } = fixture.relay;
    const again = await createRelay({ host: '127.0.0.1', port });
    await again.close();
    expect(fixture.clock.pending).toBe(0);
  });

  test('ends everything when the time is up', async () => {
    const fixture = await RelayFixture.start();
    await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    await fixture.inbox.until(() => fixture.relay.stats().streams === 1);
    await fixture.relay.close({ drainMs: 0 });
    await visitor.closed();
    expect(fixture.relay.stats()).toEqual({ sessions: 0, tunnels: 0, streams: 0, visitors: 0 });
  });
});

test('a trusted proxy is believed', async () => {
  await using fixture = await RelayFixture.start({ trustedProxies: ['127.0.0.1'] });
  const client = await fixture.tunnel();
  client.script = (stream) => stream.answer('hello');
  const lines = 'X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n';
  const visitor = await fixture.visitor(ask('GET https://one.test/', lines));
  await visitor.until('hello');
  const stream = await client.stream();
  expect(stream.open.opening).toMatchObject({ visitorAddress: '9.9.9.9', scheme: 'https' });
  expect(stream.header('x-forwarded-for')).toBe('9.9.9.9, 127.0.0.1');
});
