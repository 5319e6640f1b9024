import { describe, expect, it } from 'vitest';
import { controlUrl } from '../src/dial.ts';
import { parseTarget } from '../src/target.ts';

describe('the upstream target', () => {
  it.each([
    ['8080', 'localhost', 8080, false, 'localhost:8080'],
    [':8080', 'localhost', 8080, false, 'localhost:8080'],
    ['localhost:8080', 'localhost', 8080, false, 'localhost:8080'],
    ['app.internal:80', 'app.internal', 80, false, 'app.internal'],
    ['127.0.0.1:1', '127.0.0.1', 1, false, '127.0.0.1:1'],
    ['[::1]:65535', '::1', 65_535, false, '[::1]:65535'],
    ['http://localhost:3000', 'localhost', 3000, false, 'localhost:3000'],
    ['http://localhost:3000/', 'localhost', 3000, false, 'localhost:3000'],
    ['HTTPS://Example.test', 'example.test', 443, true, 'example.test'],
    ['https://[::1]:8443', '::1', 8443, true, '[::1]:8443'],
  ])('reads %s', (text, host, port, isTls, authority) => {
    expect(parseTarget(text)).toMatchObject({
      host,
      port,
      isTls,
      authority,
      socketPath: undefined,
    });
  });

  it('reads a socket path', () => {
    expect(parseTarget('unix:/run/app.sock')).toMatchObject({
      socketPath: '/run/app.sock',
      authority: 'localhost',
      label: 'unix:/run/app.sock',
    });
  });

  it.each([
    ...[
      '',
      ' ',
      '0',
      '65536',
      '99999',
      '-1',
      '80a',
      'localhost:0',
      'localhost:99999',
      'http://x:0',
    ],
    ...['ftp://x', 'http://', 'http:///x', 'http://x/path', 'http://x?q', 'http://x#f', 'a b'],
    ...['http://user:pw@x', 'user@x', 'x/path', '::1', 'unix:', '//x', 'localhost:8080:1'],
  ])('refuses "%s"', (text) => {
    expect(() => parseTarget(text)).toThrowError(
      expect.objectContaining({ code: 'SELLIA_UPSTREAM_TARGET_INVALID' }),
    );
  });
});

describe('the control URL', () => {
  it.each([
    ['http://localhost:3000', 'ws://localhost:3000/_sellia/connect'],
    ['ws://localhost:3000', 'ws://localhost:3000/_sellia/connect'],
    ['https://relay.test', 'wss://relay.test/_sellia/connect'],
    ['wss://relay.test', 'wss://relay.test/_sellia/connect'],
    ['wss://relay.test:443/', 'wss://relay.test/_sellia/connect'],
    ['https://relay.test:8443/ws?x', 'wss://relay.test:8443/_sellia/connect'],
    ['http://[::1]:3000', 'ws://[::1]:3000/_sellia/connect'],
  ])('of %s', (server, url) => {
    expect(controlUrl(server)).toBe(url);
  });
});
