import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostReader, parseAuthority, routeHost } from '../../src/ingress/host.ts';

const valid: [string, string, string][] = [
  ['t1.test', 't1.test', ''],
  ['T1.TesT', 't1.test', ''],
  ['t1.test.', 't1.test', ''],
  ['t1.test:80', 't1.test', '80'],
  ['t1.test:65535', 't1.test', '65535'],
  ['t1.test:', 't1.test', ''],
  ['t1.test.:0080', 't1.test', '80'],
  ['[::1]', '[::1]', ''],
  ['[2001:DB8::1]:8080', '[2001:db8::1]', '8080'],
  ['127.0.0.1:3000', '127.0.0.1', '3000'],
  ['__proto__.test', '__proto__.test', ''],
  ['xn--bcher-kva.test', 'xn--bcher-kva.test', ''],
];
for (const [text, hostname, port] of valid) {
  test(`${text} is ${hostname} and port "${port}"`, () => {
    expect(parseAuthority(text)).toEqual({ hostname, port });
  });
}

const malformed = [
  ['', '.', '..', 't1.test..', '.t1.test', 't1..test', 't1.test.:1.2'],
  ['t1.test:98777', 't1.test:abc', 't1.test:80:90', 't1.test:-1', 't1.test:0x50', 't1.test: 80'],
  ['t1.test, t2.test', 't1.test t2.test', 't1.test@evil', 'evil@t1.test', 't1.test/x'],
  ['t1.test\\x', 't1.test?x', 't1.test#x', 't1%2etest', 't\u00e91.test', 't1.test\t', 't1.test\0'],
  ['[::1', '::1', '[::1]x', '[::1]:70000', '[1.2.3]', '[:::]', `${'a'.repeat(64)}.test`],
].flat();
for (const text of malformed) {
  test(`${JSON.stringify(text)} is no authority`, () => {
    expect(parseAuthority(text)).toBeUndefined();
  });
}

test('16 KiB of spaces are refused without being looked at', () => {
  expect(parseAuthority(' '.repeat(16 * 1024))).toBeUndefined();
});

describe('routes', () => {
  const routes: [string, string, string][] = [
    ['t1.test', 'test', 'tunnel t1'],
    ['test', 'test', 'own'],
    ['a.t1.test', 'test', 'foreign'],
    ['eviltest', 'test', 'foreign'],
    ['t1test', 'test', 'foreign'],
    ['t1.test.evil', 'test', 'foreign'],
    ['.test', 'test', 'foreign'],
    ['[::1]', 'test', 'foreign'],
    ['t1.relay.example', 'relay.example', 'tunnel t1'],
    ['constructor.test', 'test', 'tunnel constructor'],
  ];
  for (const [hostname, domain, wanted] of routes) {
    test(`${hostname} below ${domain} is ${wanted}`, () => {
      const route = routeHost(hostname, domain);
      expect(route.kind === 'tunnel' ? `tunnel ${route.name}` : route.kind).toBe(wanted);
    });
  }
});

test('a reader remembers hosts, and forgets a flood of them', () => {
  const hosts = new HostReader('test');
  const first = hosts.read('one.test');
  expect(first).toEqual({ hostname: 'one.test', port: '', route: { kind: 'tunnel', name: 'one' } });
  expect(hosts.read('one.test')).toBe(first);
  for (let i = 0; i < 5_000; i++) hosts.read(`${i}.test`);
  expect(hosts.read('one.test')).toEqual(first);
  expect(hosts.read('one..test')).toBeUndefined();
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

describe('properties', () => {
  test('no text makes it throw, and what it takes is plain', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        const authority = parseAuthority(text);
        if (authority === undefined) return;
        expect(authority.hostname).toMatch(/^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/);
        expect(authority.port).toMatch(/^(|\d{1,5})$/);
      }),
    );
  });

  test('one label below the domain is a tunnel, whatever case, dot and port', () => {
    const port = fc.option(fc.nat(65_535), { nil: undefined });
    fc.assert(
      fc.property(label, domain, fc.boolean(), fc.boolean(), port, (name, base, dot, upper, at) => {
        const plain = `${name}.${base}${dot ? '.' : ''}${at === undefined ? '' : `:${at}`}`;
        const authority = parseAuthority(upper ? plain.toUpperCase() : plain);
        expect(authority && routeHost(authority.hostname, base)).toEqual({ kind: 'tunnel', name });
      }),
    );
  });

  test('a host is a tunnel of a domain only when it is one label and that domain', () => {
    fc.assert(
      fc.property(domain, domain, (hostname, base) => {
        const route = routeHost(hostname, base);
        if (route.kind === 'tunnel') expect(`${route.name}.${base}`).toBe(hostname);
        else if (route.kind === 'own') expect(hostname).toBe(base);
        else expect(hostname.split('.').slice(1).join('.')).not.toBe(base);
      }),
    );
  });
});
