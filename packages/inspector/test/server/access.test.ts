import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Access } from '../../src/server/access.ts';

const access = new Access({ allowedHosts: ['box.lan', '.tail.net'] });

function request(lines: string[], method = 'GET'): IncomingMessage {
  const headers: Record<string, string> = {};
  for (let i = 0; i < lines.length; i += 2) {
    headers[(lines[i] as string).toLowerCase()] = lines[i + 1] as string;
  }
  return { method, rawHeaders: lines, headers } as unknown as IncomingMessage;
}

const status = (lines: string[], method?: string) => access.judge(request(lines, method))?.status;

describe('the Host', () => {
  test.each([
    'localhost',
    'localhost:4040',
    'LOCALHOST:4040',
    '127.0.0.1:4040',
    '[::1]:4040',
    'a.b.localhost:1',
    'box.lan:4040',
    'my.tail.net',
  ])('%s is ours', (host) => {
    expect(status(['Host', host])).toBeUndefined();
  });

  test.each([
    'evil.com:4040',
    '1.2.3.4:4040',
    'localhost.evil.com',
    'evil.com#localhost',
    'localhost:4040:1',
    'localhost@evil.com',
    'tail.net',
    'xtail.net',
    'abox.lan',
    '[',
    '',
    '127.0.0.1.nip.io',
    '[::2]:4040',
    'localhost ',
  ])('J02 %j is not', (host) => {
    expect(status(['Host', host])).toBe(403);
  });

  test('J02 none, two, a very long one', () => {
    expect(status([])).toBe(400);
    expect(status(['Host', 'localhost', 'host', 'localhost'])).toBe(400);
    expect(status(['Host', `${'a.'.repeat(5_000)}localhost`])).toBe(400);
  });
});

describe('the Origin', () => {
  const host = ['Host', 'localhost:4040'];

  test('must be the Host', () => {
    expect(status([...host, 'Origin', 'http://localhost:4040'], 'POST')).toBeUndefined();
    expect(status(host, 'POST')).toBeUndefined();
  });

  test.each([
    'http://evil.com',
    'null',
    'http://localhost:3000',
    'http://localhost',
    'http://127.0.0.1:4040',
    'http://[',
    '',
    'http://localhost:4040/',
    'x'.repeat(8192),
  ])('J04 J17 %s is refused', (origin) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(status([...host, 'Origin', origin], method)).toBe(403);
    }
  });

  test('two are refused', () => {
    const own = ['Origin', 'http://localhost:4040'];
    expect(status([...host, ...own, ...own])).toBe(403);
  });

  test('what a browser says of a foreign page is believed', () => {
    const from = (site: string, mode: string, method = 'GET', ...more: string[]) =>
      status([...host, 'Sec-Fetch-Site', site, 'Sec-Fetch-Mode', mode, ...more], method);
    expect(from('same-origin', 'cors', 'POST')).toBeUndefined();
    expect(from('none', 'navigate')).toBeUndefined();
    expect(from('cross-site', 'navigate')).toBeUndefined();
    expect(from('cross-site', 'no-cors')).toBe(403);
    expect(from('same-site', 'cors')).toBe(403);
    expect(from('cross-site', 'navigate', 'POST')).toBe(403);
    expect(from('cross-site', 'navigate', 'GET', 'Upgrade', 'websocket')).toBe(403);
  });
});

test('J06 only methods that there are', () => {
  for (const method of ['OPTIONS', 'TRACE', 'PUT', 'CONNECT']) {
    expect(status(['Host', 'localhost'], method)).toBe(405);
  }
});

describe('the token', () => {
  const { token } = access;
  const isKnown = (...lines: string[]) => access.isKnown(request(lines), 'sellia_4040');

  test('is random, and found in the cookie or as a bearer token', () => {
    expect(new Access({ allowedHosts: [] }).token).not.toBe(token);
    expect(isKnown('Cookie', `a=b; sellia_4040=${token}; c=d`)).toBe(true);
    expect(isKnown('Cookie', `sellia_4040=${token}`)).toBe(true);
    expect(isKnown('Authorization', `Bearer ${token}`)).toBe(true);
  });

  test('is nowhere else, and no other is it', () => {
    expect(isKnown()).toBe(false);
    expect(isKnown('Cookie', `sellia_4041=${token}`)).toBe(false);
    expect(isKnown('Cookie', `xsellia_4040=${token}`)).toBe(false);
    expect(isKnown('Cookie', `sellia_4040=${token}x`)).toBe(false);
    expect(isKnown('Cookie', 'sellia_4040=')).toBe(false);
    expect(isKnown('Authorization', `Basic ${token}`)).toBe(false);
    expect(isKnown('Authorization', 'Bearer ')).toBe(false);
    // A wrong bearer token is not mended by a cookie: somebody means it.
    expect(isKnown('Authorization', 'Bearer x', 'Cookie', `sellia_4040=${token}`)).toBe(false);
  });
});
