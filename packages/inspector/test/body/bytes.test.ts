import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64 } from '../../src/body/base64.ts';
import { HEX_ROWS_MAX, hexRowCount, hexRows } from '../../src/body/hex.ts';

test('rows of a window', () => {
  const bytes = new TextEncoder().encode('0123456789abcdefGé\n');
  expect(hexRows(bytes, 0, 9)).toEqual([
    {
      offset: 0,
      hex: '30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66',
      ascii: '0123456789abcdef',
    },
    { offset: 16, hex: '47 c3 a9 0a', ascii: 'G...' },
  ]);
  expect(hexRows(bytes, 1, 1).map(({ offset }) => offset)).toEqual([16]);
  expect(hexRows(bytes, 2, 1)).toEqual([]);
  expect(hexRowCount(bytes.length)).toBe(2);
});

test('rows are the bytes, and bounded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const rows = hexRows(bytes, 0, hexRowCount(bytes.length));
      expect(rows.map(({ hex }) => hex.replaceAll(' ', '')).join('')).toBe(
        Buffer.from(bytes).toString('hex'),
      );
    }),
  );
  expect(hexRows(new Uint8Array(1_000_000), 0, 1e9).length).toBe(HEX_ROWS_MAX);
  expect(hexRows(new Uint8Array(100), -5, Number.NaN)).toEqual([]);
});

test('base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30_000 }), (bytes) => {
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }),
    { numRuns: 30 },
  );
});
