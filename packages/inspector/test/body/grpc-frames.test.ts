import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRPC_FRAMES_MAX, grpcFrames } from '../../src/body/grpc-frames.ts';

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('messages and trailers', () => {
  expect(grpcFrames(fromHex('00 00000002 abcd 01 00000000 80 00000001 61'))).toEqual({
    frames: [
      { kind: 'message', isCompressed: false, start: 5, end: 7, promised: 2 },
      { kind: 'message', isCompressed: true, start: 12, end: 12, promised: 0 },
      { kind: 'trailers', isCompressed: false, start: 17, end: 18, promised: 1 },
    ],
    note: '',
  });
});

test.each([
  ['', 0, ''],
  ['00 0000', 0, 'The body ends within a frame.'],
  ['00 ffffffff ab', 1, 'The body ends within a frame.'],
  ['00 00000000 7b', 1, 'The body ends within a frame.'],
  ['7b 22612200', 0, 'No frame begins at byte 0.'],
])('%s', (hex, count, note) => {
  const found = grpcFrames(fromHex(hex));
  expect([found.frames.length, found.note]).toEqual([count, note]);
});

test('any bytes, and many', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const { start, end } of grpcFrames(bytes).frames) {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(bytes.length);
      }
    }),
  );
  expect(grpcFrames(new Uint8Array(100_000)).frames.length).toBe(GRPC_FRAMES_MAX);
});
