import { expect, test } from 'vitest';
import { agrees, parseTarget } from '../../src/ingress/target.ts';

const raw = [
  '/',
  '/a/../b',
  '/./',
  '//x//',
  '/%2e%2e/%2E',
  '/a;b=c',
  '/?',
  '/??',
  '/%zz',
  '/%',
  '/\\..\\x',
  "/~!$&'()*+,;=:@",
];
for (const target of raw) {
  test(`${target} stays as it is`, () => {
    expect(parseTarget('GET', target, 'http')).toEqual({ target, authority: undefined });
  });
}

const absolute: [string, string, string][] = [
  ['GET', 'http://t1.test/p?q', '/p?q'],
  ['GET', 'HTTP://T1.test', '/'],
  ['GET', 'http://t1.test?q=/', '/?q=/'],
  ['OPTIONS', 'http://t1.test', '*'],
  ['OPTIONS', 'http://t1.test/', '/'],
];
for (const [method, written, target] of absolute) {
  test(`${method} ${written} asks for ${target}`, () => {
    const parsed = parseTarget(method, written, 'http');
    expect(parsed).toEqual({ target, authority: { hostname: 't1.test', port: '' } });
  });
}

const refused: [string, string][] = [
  ['GET', '*'],
  ['OPTIONS', '*/x'],
  ['GET', 'admin'],
  ['GET', 't1.test:80'],
  ['GET', '/a#b'],
  ['GET', '/a b'],
  ['GET', '/\u00e9'],
  ['GET', 'https://t1.test/'],
  ['GET', 'ftp://t1.test/'],
  ['GET', 'http:///p'],
  ['GET', 'http://user@t1.test/'],
  ['GET', 'http://t1.test:99999/'],
];
for (const [method, written] of refused) {
  test(`${method} ${written} is refused`, () => {
    expect(parseTarget(method, written, 'http')).toBeUndefined();
  });
}

test('an authority and a Host agree by name and by port, stated or usual', () => {
  const bare = { hostname: 't1.test', port: '' };
  expect(agrees(bare, { hostname: 't1.test', port: '80' }, 'http')).toBe(true);
  expect(agrees(bare, { hostname: 't1.test', port: '80' }, 'https')).toBe(false);
  expect(agrees(bare, { hostname: 't1.test', port: '81' }, 'http')).toBe(false);
  expect(agrees(bare, { hostname: 't2.test', port: '' }, 'http')).toBe(false);
});
