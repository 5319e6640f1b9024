import { expect, test } from 'vitest';
import { bearerOf, Keys, sameSecret } from '../src/keys.ts';

test('a key is one of the keys, whole', () => {
  const keys = new Keys(['first-key', 'second-key', 'schlüssel']);
  for (const key of ['first-key', 'second-key', 'schlüssel']) expect(keys.includes(key)).toBe(true);
  const wrong = ['', 'first-ke', 'first-key ', 'FIRST-KEY', 'first-key\0', 'x'.repeat(2 ** 20)];
  for (const key of wrong) expect(keys.includes(key)).toBe(false);
  expect(new Keys([]).includes('')).toBe(false);
});

test('secrets of any length are compared', () => {
  expect(sameSecret('a', 'a')).toBe(true);
  expect(sameSecret('a', 'aa')).toBe(false);
});

const bearers: [string | undefined, string | undefined][] = [
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer ', undefined],
  ['Basic abc', undefined],
  ['abc', undefined],
  [undefined, undefined],
];
for (const [header, key] of bearers) {
  test(`the key of ${header} is ${key}`, () => expect(bearerOf(header)).toBe(key));
}
