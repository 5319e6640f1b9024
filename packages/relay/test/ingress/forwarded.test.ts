import { describe, expect, test } from 'vitest';
import { addressOfEntry, plainAddress, TrustedProxies } from '../../src/ingress/address.ts';
import { DirectVisitor, forwardedByProxy, type Peer } from '../../src/ingress/forwarded.ts';

const peer: Peer = { address: '203.0.113.9', port: 4711, scheme: 'http', isTrusted: false };

function asObject(lines: readonly string[]): Record<string, string> {
  const names = lines.filter((_, i) => i % 2 === 0);
  return Object.fromEntries(names.map((name, i) => [name, lines[2 * i + 1] as string]));
}

test('a direct visitor is who its socket says', () => {
  const { address, scheme, lines } = new DirectVisitor(peer).forwardedFor('T1.test:8080');
  expect([address, scheme]).toEqual(['203.0.113.9', 'http']);
  expect(asObject(lines)).toEqual({
    'X-Forwarded-For': '203.0.113.9',
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Port': '8080',
    'X-Forwarded-Host': 'T1.test:8080',
    Forwarded: 'for=203.0.113.9;host="T1.test:8080";proto=http',
  });
});

test('the answer follows the host, and IPv6 is quoted', () => {
  const visitor = new DirectVisitor({ ...peer, address: '2001:db8::1' });
  expect(asObject(visitor.forwardedFor('a.test').lines).Forwarded).toBe(
    'for="[2001:db8::1]";host=a.test;proto=http',
  );
  expect(asObject(visitor.forwardedFor('b.test').lines)['X-Forwarded-Host']).toBe('b.test');
});

describe('behind a trusted proxy', () => {
  const trusted = new TrustedProxies(['10.0.0.0/8', '::1']);
  const proxy: Peer = { ...peer, address: '10.0.0.1', isTrusted: true };
  const by = (...incoming: string[]) => forwardedByProxy(proxy, 't1.test', incoming, trusted);

  test('it is appended, and the visitor is the first stranger from the right', () => {
    const forwarded = by('X-Forwarded-For', '9.9.9.9, 8.8.8.8', 'x-forwarded-for', '10.1.1.1');
    expect(forwarded.address).toBe('8.8.8.8');
    const chain = '9.9.9.9, 8.8.8.8, 10.1.1.1, 10.0.0.1';
    expect(asObject(forwarded.lines)['X-Forwarded-For']).toBe(chain);
  });

  test('its word on scheme, host and port is taken when it makes sense', () => {
    const good = by(
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'p.test',
      'Forwarded',
      'for=a',
    );
    expect(good.scheme).toBe('https');
    expect(asObject(good.lines)).toMatchObject({
      'X-Forwarded-Host': 'p.test',
      'X-Forwarded-Port': '443',
      Forwarded: 'for=a, for=10.0.0.1;host=p.test;proto=https',
    });
    const bad = by(
      'X-Forwarded-Proto',
      'gopher',
      'X-Forwarded-Host',
      '"evil',
      'X-Forwarded-Port',
      'x',
    );
    expect(bad.scheme).toBe('http');
    expect(asObject(bad.lines)).toMatchObject({
      'X-Forwarded-Host': 't1.test',
      'X-Forwarded-Port': '80',
    });
  });

  test('garbage and endless chains become one short line', () => {
    const garbage = by(
      'X-Forwarded-For',
      '1.2.3.4, "<script>", 2001:db8::1%eth0, [2001:db8::2]:80',
    );
    expect(asObject(garbage.lines)['X-Forwarded-For']).toBe(
      '1.2.3.4, unknown, 2001:db8::1, 2001:db8::2, 10.0.0.1',
    );
    const endless = by('X-Forwarded-For', Array(1_000).fill('7.7.7.7').join(','));
    expect(asObject(endless.lines)['X-Forwarded-For']?.split(', ').length).toBe(65);
  });

  test('without any word of it, it is the visitor itself', () => {
    expect(by().address).toBe('10.0.0.1');
    expect(by('X-Forwarded-For', 'unknown').address).toBe('10.0.0.1');
  });
});

describe('addresses', () => {
  test('IPv4 out of IPv6, no zone', () => {
    expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
  });

  const entries: [string, string | undefined][] = [
    ['192.0.2.1:80', '192.0.2.1'],
    ['[::1]:80', '::1'],
    ['::1', '::1'],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['1.2.3', undefined],
    ['[::1', undefined],
  ];
  for (const [entry, address] of entries) {
    test(`${entry} is ${address}`, () => expect(addressOfEntry(entry)).toBe(address));
  }

  test('ranges', () => {
    const proxies = new TrustedProxies(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);
    for (const address of ['127.0.0.1', '10.255.0.1', '2001:db8:1::1']) {
      expect(proxies.has(address)).toBe(true);
    }
    for (const address of ['127.0.0.2', '11.0.0.1', '2001:db9::1', '', 'x']) {
      expect(proxies.has(address)).toBe(false);
    }
  });

  for (const range of ['', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', 'localhost', '::/129']) {
    test(`${JSON.stringify(range)} is no range`, () => {
      expect(() => new TrustedProxies([range])).toThrow(RangeError);
    });
  }
});
