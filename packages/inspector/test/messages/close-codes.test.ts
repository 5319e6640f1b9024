import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeCode } from '../../src/messages/close-codes.ts';
import { opcodeName } from '../../src/messages/opcodes.ts';

describe('the meaning of a close code', () => {
  test('is known for the codes of the registry', () => {
    const names = Array.from({ length: 16 }, (_, i) => closeCode(1000 + i).name);
    expect(names).toEqual([
      ...['Normal closure', 'Going away', 'Protocol error', 'Unsupported kind', 'Reserved'],
      ...['No code', 'Abnormal closure', 'Invalid content', 'Policy violation', 'Message too big'],
      ...['Extension missing', 'Internal error', 'Service restart', 'Try again later'],
      ...['Bad gateway', 'TLS handshake failed'],
    ]);
    for (const code of [1005, 1006, 1012]) expect(closeCode(code).likelyCause).toBeTruthy();
  });

  test.each([
    [999, 'Not used'],
    [1016, 'Reserved'],
    [3000, 'Unauthorized'],
    [3999, 'Library code'],
    [4000, 'Application code'],
    [5000, 'Not valid'],
    [Number.NaN, 'Not valid'],
  ])('of %i is %s', (code, name) => {
    expect(closeCode(code).name).toBe(name);
  });

  test('is there for any number', () => {
    fc.assert(fc.property(fc.integer(), (code) => closeCode(code).meaning.endsWith('.')));
  });
});

test('opcodes have names', () => {
  expect([0, 1, 2, 3, 8, 9, 10].map(opcodeName)).toEqual([
    ...['continuation', 'text', 'binary', 'reserved', 'close', 'ping', 'pong'],
  ]);
});
