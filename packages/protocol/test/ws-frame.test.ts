import {
  BINARY,
  closeFrame,
  messageFrame,
  OWN_MESSAGE_MAX,
  TEXT,
  WsBoundary,
} from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const KEY = Uint8Array.of(1, 2, 4, 8);

describe('a close frame', () => {
  test('as bytes', () => {
    expect(hex(closeFrame(1012, 'ab'))).toBe('880403f46162');
    expect(hex(closeFrame(1012, 'ab', KEY))).toBe('88840102040802f6656a');
  });

  test.each([
    [999, ''],
    [5000, ''],
    [Number.NaN, ''],
    [1000, 'ä'],
    [1000, 'r'.repeat(124)],
  ])('of %s %s is refused', (code, reason) => {
    expect(() => closeFrame(code, reason)).toThrow(RangeError);
  });

  test('with half a masking key is refused', () => {
    expect(() => closeFrame(1000, '', Uint8Array.of(1, 2))).toThrow(RangeError);
  });
});

describe('a message in one frame', () => {
  // RFC 6455 section 5.7 has the first two.
  test.each([
    ['a text', TEXT, 'Hello', undefined, '810548656c6c6f'],
    ['masked', TEXT, 'Hello', Uint8Array.of(0x37, 0xfa, 0x21, 0x3d), '818537fa213d7f9f4d5158'],
    ['bytes', BINARY, '\0', undefined, '820100'],
    ['nothing', TEXT, '', KEY, '818001020408'],
  ] as const)('%s', (_what, opcode, text, mask, bytes) => {
    expect(hex(messageFrame(opcode, Buffer.from(text), mask))).toBe(bytes);
  });

  test('has its length in the shortest form, at every length', () => {
    const lengths = fc.oneof(fc.constantFrom(125, 126, OWN_MESSAGE_MAX), fc.nat(OWN_MESSAGE_MAX));
    fc.assert(
      fc.property(lengths, fc.boolean(), (length, isMasked) => {
        const mask = isMasked ? KEY : undefined;
        const frame = messageFrame(BINARY, new Uint8Array(length).fill(7), mask);
        const boundary = new WsBoundary();
        expect(boundary.pushMessage(frame)).toBe(frame.length);
        expect([boundary.isBetweenMessages, boundary.isBroken]).toEqual([true, false]);
        const start = frame.length - length;
        expect(start).toBe((length < 126 ? 2 : 4) + (isMasked ? 4 : 0));
        const payload = frame.slice(start).map((byte, i) => byte ^ (mask?.[i & 3] ?? 0));
        expect(payload.every((byte) => byte === 7)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('too long is refused', () => {
    expect(() => messageFrame(TEXT, new Uint8Array(OWN_MESSAGE_MAX + 1))).toThrow(RangeError);
  });
});
