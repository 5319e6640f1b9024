import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWholeFrame } from '../../../src/body/decoding/zstd-frame.ts';

const { constants } = zlib;

describe('the end of a zstd frame', () => {
  test('is found, whatever is in it; a byte less is no whole frame', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }),
      fc.integer({ min: 0, max: 400_000 }).map((size) => new Uint8Array(size)),
    );
    fc.assert(
      fc.property(body, fc.boolean(), fc.boolean(), (bytes, hasChecksum, isSized) => {
        const packed = zlib.zstdCompressSync(bytes, {
          params: {
            [constants.ZSTD_c_checksumFlag]: Number(hasChecksum),
            [constants.ZSTD_c_contentSizeFlag]: Number(isSized),
          },
        });
        expect(isWholeFrame(packed)).toBe(true);
        expect(isWholeFrame(Buffer.concat([packed, packed]))).toBe(true);
        for (const less of [1, 2, 3, packed.length >> 1]) {
          expect(isWholeFrame(packed.subarray(0, packed.length - less))).toBe(false);
        }
      }),
    );
  });

  test('is looked for in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(typeof isWholeFrame(bytes)).toBe('boolean');
      }),
    );
  });
});
