import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readTarget } from '../src/target.ts';

test.each([
  [undefined, undefined, 'http://localhost:3000'],
  ['8080', undefined, 'http://localhost:8080'],
  ['65535', undefined, 'http://localhost:65535'],
  ['8080', '192.168.1.5', 'http://192.168.1.5:8080'],
  ['8080', '::1', 'http://[::1]:8080'],
  ['8080', '[::1]', 'http://[::1]:8080'],
  ['app.local:8080', undefined, 'http://app.local:8080'],
  ['[::1]:8080', undefined, 'http://[::1]:8080'],
  ['http://app.local', undefined, 'http://app.local'],
  ['http://app.local:80/', undefined, 'http://app.local'],
  ['HTTPS://localhost:8443', undefined, 'https://localhost:8443'],
  ['unix:/run/app.sock', undefined, `unix:${resolve('/run/app.sock')}`],
  ['unix:app.sock', undefined, `unix:${resolve('app.sock')}`],
])('%s with host %s is %s', (text, host, upstream) => {
  expect(readTarget(text, host).label).toBe(upstream);
});

test.each([
  ['0', undefined],
  ['65536', undefined],
  ['99999999999', undefined],
  ['localhost:port', undefined],
  ['', undefined],
  ['unix:', undefined],
  ['ftp://localhost', undefined],
  ['http://', undefined],
  ['http://localhost/path', undefined],
  ['http://localhost?x', undefined],
  ['http://user:secret@localhost', undefined],
  ['http://localhost:0', undefined],
  ['user@localhost:80', undefined],
  ['a/b:80', undefined],
  ['http://localhost', 'other'],
  ['8080', 'a b'],
  ['8080', 'http://localhost'],
])('%s with host %s is refused as wrong usage', (text, host) => {
  expect(() => readTarget(text, host)).toThrow(
    expect.objectContaining({ code: 'SELLIA_UPSTREAM_TARGET_INVALID', exitCode: 2 }),
  );
});
