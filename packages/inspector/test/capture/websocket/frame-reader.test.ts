import { Buffer } from 'node:buffer';
import { WsBoundary } from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FrameHandler,
  FrameReader,
  type ReservedBits,
} from '../../../src/capture/websocket/frame-reader.ts';
import { cut, type FrameSpec, frame, MASK, masked } from './frames.ts';

/** Frames as a reader told of them, payloads unmasked. */
class Seen implements FrameHandler {
  readonly frames: string[] = [];
  #payload: number[] = [];

  frameStarted(): boolean {
    this.#payload = [];
    return true;
  }

  framePayload(reader: FrameReader, bytes: Uint8Array, start: number, end: number): void {
    const piece = new Uint8Array(end - start);
    reader.copy(piece, 0, bytes, start, end);
    this.#payload.push(...piece);
  }

  frameEnded({ opcode, isFinal, isCompressed, length }: FrameReader): void {
    const payload = Buffer.from(this.#payload).toString('hex');
    this.frames.push([opcode, isFinal, isCompressed, length, payload].join(' '));
  }
}

function read(pieces: readonly Uint8Array[], mustMask = false, allowed: ReservedBits = 'none') {
  const seen = new Seen();
  const reader = new FrameReader(seen, mustMask, allowed);
  for (const piece of pieces) reader.push(piece);
  return { seen: seen.frames, reader };
}

function told({
  opcode,
  payload = new Uint8Array(),
  isFinal = true,
  isCompressed = false,
}: FrameSpec) {
  const hex = Buffer.from(payload).toString('hex');
  return [opcode, isFinal, isCompressed, payload.length, hex].join(' ');
}

const size = fc.oneof(fc.integer({ max: 300, min: 0 }), fc.constantFrom(125, 126, 65535, 65536));
const control = fc.record({
  opcode: fc.constantFrom(9, 10),
  payload: fc.uint8Array({ maxLength: 125 }),
});
const message = fc
  .tuple(fc.constantFrom(1, 2), fc.array(size, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([opcode, sizes, isCompressed]): FrameSpec[] =>
    sizes.map((length, i) => ({
      opcode: i === 0 ? opcode : 0,
      isFinal: i === sizes.length - 1,
      isCompressed: i === 0 && isCompressed,
      payload: new Uint8Array(length).fill(length * 7 + i),
    })),
  );
const frames = fc
  .array(
    fc.oneof(
      message,
      control.map((one): FrameSpec[] => [one]),
    ),
    { maxLength: 8 },
  )
  .map((lists) => lists.flat());
const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 });

describe('a frame reader', () => {
  test('tells the same of frames, however they are cut', () => {
    fc.assert(
      fc.property(frames, sizes, fc.boolean(), (specs, cuts, isMasked) => {
        const mask = isMasked ? { mask: MASK } : {};
        const bytes = Buffer.concat(specs.map((spec) => frame({ ...spec, ...mask })));
        const { seen, reader } = read(cut(bytes, cuts), isMasked, 'deflate');
        expect(reader.broken).toBe('');
        expect(reader.isInMessage).toBe(false);
        expect(seen).toEqual(specs.map(told));
      }),
      { numRuns: 60 },
    );
  });

  test('reads frames that come byte by byte', () => {
    const specs: FrameSpec[] = [
      { opcode: 1, isFinal: false, payload: Uint8Array.of(1, 2, 3) },
      { opcode: 9, payload: Uint8Array.of(7) },
      { opcode: 0, payload: new Uint8Array(200).fill(9) },
    ];
    const { seen } = read(cut(Buffer.concat(specs.map(masked)), [1]), true);
    expect(seen).toEqual(specs.map(told));
  });

  test('never throws, and agrees with the boundaries that the tunnel watches', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        sizes,
        fc.boolean(),
        (bytes, cuts, isMasked) => {
          const { reader } = read(cut(bytes, cuts), isMasked, 'any');
          const boundary = new WsBoundary();
          boundary.push(bytes);
          if (boundary.isBroken && !reader.broken.includes('masked')) {
            expect(reader.broken).not.toBe('');
          }
          if (reader.broken === '') {
            expect(boundary.isBroken).toBe(false);
            expect(reader.isClosed).toBe(boundary.isClosed);
            expect(reader.isInMessage).toBe(!boundary.isBetweenMessages && !boundary.isClosed);
          }
        },
      ),
    );
  });

  test.each<[string, number[], ReservedBits, string]>([
    ['a reserved opcode', [0x83, 0], 'none', 'opcode 3 is reserved'],
    ['a reserved control opcode', [0x8b, 0], 'none', 'opcode 11 is reserved'],
    ['a reserved bit', [0xc1, 0], 'none', 'a reserved bit is set that no extension asked for'],
    [
      'another reserved bit',
      [0xa1, 0],
      'deflate',
      'a reserved bit is set that no extension asked for',
    ],
    [
      'a compressed ping',
      [0xc9, 0],
      'deflate',
      'a reserved bit is set that no extension asked for',
    ],
    ['a ping in fragments', [0x09, 0], 'none', 'a control frame is in fragments'],
    ['a long ping', [0x89, 126, 0, 126], 'none', 'a control frame is longer than 125 bytes'],
    ['a lone continuation', [0x80, 0], 'none', 'a continuation frame continues nothing'],
    ['a message within another', [0x01, 0, 0x81, 0], 'none', 'a message begins inside of another'],
    ['a mask of the upstream', [0x81, 0x80], 'none', 'a frame of the upstream is masked'],
    [
      'a length past 2^53',
      [0x82, 127, 0, 0x20, 0, 0, 0, 0, 0, 0],
      'none',
      'a frame is longer than 2^53 bytes',
    ],
    [
      'a long form of a short length',
      [0x82, 126, 0, 5],
      'none',
      'a length is longer than it needs to be',
    ],
    ['half a close code', [0x88, 1, 3], 'none', 'a close frame has half a code'],
  ])('is broken by %s', (_, bytes, allowed, broken) => {
    const { reader } = read([Uint8Array.from(bytes)], false, allowed);
    expect(reader.broken).toBe(broken);
  });

  test('is broken by a frame of the visitor without a mask', () => {
    const { reader } = read([Uint8Array.of(0x81, 1, 65)], true);
    expect(reader.broken).toBe('a frame of the visitor is not masked');
  });

  test('lets an extension that it does not know have the reserved bits', () => {
    const { reader, seen } = read([Uint8Array.of(0xf1, 1, 65)], false, 'any');
    expect(reader.broken).toBe('');
    expect(seen).toHaveLength(1);
  });

  test('reads nothing behind a close frame or what broke the rules', () => {
    const { seen } = read([Uint8Array.of(0x88, 0, 0x81, 1, 65)]);
    expect(seen).toEqual(['8 true false 0 ']);
    const late = read([Uint8Array.of(0x81, 0, 0x83, 0, 0x81, 0)]);
    expect(late.seen).toHaveLength(1);
  });

  test('skips what nobody wants, of any length', () => {
    const calls: string[] = [];
    const handler: FrameHandler = {
      frameStarted: () => false,
      framePayload: () => calls.push('payload'),
      frameEnded: () => calls.push('ended'),
    };
    const reader = new FrameReader(handler, false, 'none');
    reader.push(Uint8Array.of(0x82, 127, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3));
    expect(reader.length).toBe(Number.MAX_SAFE_INTEGER);
    expect(reader.payloadBytes).toBe(3);
    expect(calls).toEqual([]);
  });
});
