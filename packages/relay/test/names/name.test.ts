import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkName, makeName } from '../../src/names/name.ts';

const taken: [string, string][] = [
  ['abc', 'abc'],
  ['MyApp', 'myapp'],
  ['a--b', 'a--b'],
  ['0x1', '0x1'],
  ['a'.repeat(63), 'a'.repeat(63)],
  ['shop-42', 'shop-42'],
  ['mall', 'mall'],
];
for (const [wanted, name] of taken) {
  test(`${wanted} is ${name}`, () => expect(checkName(wanted)).toEqual({ name }));
}

const invalid = [
  ...['a', 'ab', 'a'.repeat(64), '-abc', 'abc-', 'a_b', 'a.b', 'äbc', ' abc', 'abc\n', 'a b c'],
  ...['ab--c', 'xn--bcher-kva', '\ud800\ud800\ud800', '__proto__', 'abc\0'],
];
for (const wanted of invalid) {
  test(`${JSON.stringify(wanted)} is invalid`, () => {
    expect(checkName(wanted)).toMatchObject({ code: 'SELLIA_NAME_INVALID' });
  });
}

const reserved = [
  ...['api', 'www', 'ADMIN', 'sellia', 'nodes', 'constructor', 'tostring', 'wpad'],
  ...['adm1n', 'adrnin', 'he1p', 'l0gin', 'a55ets', 'w3bs0cket'],
];
for (const wanted of reserved) {
  test(`${wanted} is reserved`, () => {
    expect(checkName(wanted)).toMatchObject({ code: 'SELLIA_NAME_RESERVED' });
  });
}

test('no text makes it throw; what it takes is a label', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (wanted) => {
      const verdict = checkName(wanted);
      if ('name' in verdict) expect(verdict.name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    }),
  );
});

test('random names are valid and do not repeat', () => {
  const names = new Set(Array.from({ length: 10_000 }, makeName));
  expect(names.size).toBe(10_000);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]{12}$/);
});
