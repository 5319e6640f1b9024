import {
  decodeFrames,
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameType,
  limits,
  ProtocolError,
} from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(' ');

/** Known types with payloads within a small size, so that runs stay quick. */
const anyFrame: fc.Arbitrary<Frame> = fc.record({
  type: fc.constantFrom(FrameType.Open, FrameType.Data, FrameType.Head, FrameType.Control),
  streamId: fc.integer({ min: 0, max: limits.STREAM_ID_MAX }),
  end: fc.boolean(),
  payload: fc.uint8Array({ maxLength: 40 }),
});

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Decodes `bytes` cut at the given places. */
function decodeCut(bytes: Uint8Array, cuts: readonly number[]): Frame[] {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder((type, streamId, end, from, start, stop) => {
    frames.push({ type, streamId, end, payload: from.slice(start, stop) });
  });
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  for (let i = 1; i < places.length; i++) decoder.receive(bytes.slice(places[i - 1], places[i]));
  expect(decoder.atBoundary).toBe(true);
  return frames;
}

describe('frames on the wire', () => {
  test('the header, byte by byte', () => {
    const frame = {
      type: FrameType.Data,
      streamId: 0x01020304,
      end: true,
      payload: Uint8Array.of(0xaa),
    };
    expect(hex(encodeFrame(frame))).toBe('01 02 03 04 44 00 00 01 aa');
  });

  test('H18 any frames, however cut, are read as they were written', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 12 }),
        fc.array(fc.nat(1000), { maxLength: 20 }),
        (frames, cuts) => {
          const bytes = concat(frames.map(encodeFrame));
          expect(decodeCut(bytes, cuts)).toEqual(frames);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('one byte at a time', () => {
    const frames: Frame[] = [
      {
        type: FrameType.Data,
        streamId: 1,
        end: false,
        payload: new Uint8Array(limits.DATA_MAX).fill(3),
      },
      { type: FrameType.Data, streamId: 1, end: true, payload: new Uint8Array() },
      { type: FrameType.Window, streamId: 1, end: false, payload: Uint8Array.of(0, 0, 1, 0) },
    ];
    const bytes = concat(frames.map(encodeFrame));
    expect(decodeCut(bytes, [...bytes.keys()])).toEqual(frames);
  });

  test('garbage is decoded or refused, never anything else, and cuts change nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = (run: () => unknown) => {
          try {
            return run();
          } catch (error) {
            if (error instanceof ProtocolError) return error.message;
            throw error;
          }
        };
        const whole = outcome(() => readAll([bytes]));
        const split = outcome(() => readAll(Array.from(bytes, (byte) => Uint8Array.of(byte))));
        expect(split).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  test('a length over the limit of its type is refused before any of it is held', () => {
    const claims: [number, number][] = [
      [FrameType.Data, limits.DATA_MAX + 1],
      [FrameType.Head, limits.HEAD_MAX + 1],
      [FrameType.Control, limits.CONTROL_MAX + 1],
      [FrameType.Window, 5],
      [FrameType.Ping, 9],
    ];
    for (const [type, length] of claims) {
      const header = Uint8Array.of(
        0,
        0,
        0,
        1,
        type,
        length >>> 16,
        (length >>> 8) & 255,
        length & 255,
      );
      expect(() => readAll([header])).toThrow(/over the limit/);
    }
  });

  test('decodeFrames refuses a truncated end', () => {
    const bytes = encodeFrame({
      type: FrameType.Data,
      streamId: 1,
      end: false,
      payload: new Uint8Array(4),
    });
    expect(() => decodeFrames(bytes.slice(0, -1))).toThrow('truncated');
  });
});

function readAll(parts: readonly Uint8Array[]): string[] {
  const seen: string[] = [];
  const decoder = new FrameDecoder((type, streamId, end, from, start, stop) => {
    seen.push(`${type} ${streamId} ${end} ${hex(from.slice(start, stop))}`);
  });
  for (const part of parts) decoder.receive(part);
  return seen;
}
