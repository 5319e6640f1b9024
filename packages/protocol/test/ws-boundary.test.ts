import { CLOSE_CODE_NONE, closeFrame, WsBoundary } from '@sellia/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface WsFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
  readonly mask: Uint8Array | undefined;
}

function bytesOf({ opcode, isFinal, payload, mask }: WsFrame): Uint8Array {
  const { length } = payload;
  const head = [(isFinal ? 0x80 : 0) | opcode];
  const masked = mask === undefined ? 0 : 0x80;
  if (length < 126) head.push(masked | length);
  else if (length < 65_536) head.push(masked | 126, length >> 8, length & 255);
  else head.push(masked | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255);
  const shown = payload.map((byte, i) => byte ^ (mask?.[i % 4] ?? 0));
  return Uint8Array.from([...head, ...(mask ?? []), ...shown]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const mask = fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }), { nil: undefined });
/** All three forms, and the lengths where one begins and another ends. */
const length = fc.oneof(
  { weight: 6, arbitrary: fc.nat(20) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
);
const control: fc.Arbitrary<WsFrame> = fc.record({
  opcode: fc.constantFrom(9, 10),
  isFinal: fc.constant(true),
  payload: fc.uint8Array({ maxLength: 125 }),
  mask,
});
/** A message in one to four fragments, with control frames between. */
const message: fc.Arbitrary<WsFrame[]> = fc
  .array(fc.record({ length, mask, control: fc.option(control) }), { minLength: 1, maxLength: 4 })
  .chain((fragments) =>
    fc.constantFrom(1, 2).map((opcode) =>
      fragments.flatMap((fragment, i) => {
        const part: WsFrame = {
          opcode: i === 0 ? opcode : 0,
          isFinal: i === fragments.length - 1,
          payload: new Uint8Array(fragment.length).fill(i + 1),
          mask: fragment.mask,
        };
        return fragment.control === null ? [part] : [part, fragment.control];
      }),
    ),
  );
const conversation = fc
  .array(
    fc.oneof(
      message,
      control.map((frame) => [frame]),
    ),
    { maxLength: 4 },
  )
  .map((messages) => messages.flat());

/** Pushes the bytes cut at `cuts`; `look` is called behind each piece with what was pushed so far. */
function pushCut(
  boundary: WsBoundary,
  bytes: Uint8Array,
  cuts: readonly number[],
  look: (at: number) => void = () => {},
): void {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    boundary.push(bytes.slice(from, place));
    look(place);
    from = place;
  }
}

/** Where frames end, and of these where no message is left half sent. */
function endsOf(frames: readonly WsFrame[]): { frames: Set<number>; messages: Set<number> } {
  const ends = { frames: new Set([0]), messages: new Set([0]) };
  let at = 0;
  let isOpen = false;
  for (const frame of frames) {
    at += bytesOf(frame).length;
    if (frame.opcode < 8) isOpen = !frame.isFinal;
    ends.frames.add(at);
    if (!isOpen) ends.messages.add(at);
  }
  return ends;
}

/** A second opinion on any bytes: reads whole frames by DataView; undefined where they break. */
function reference(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let isOpen = false;
  const standing = (isBroken: boolean, isClosed = false, isBetween = false) => ({
    isBroken,
    isClosed,
    isBetween,
  });
  while (at < bytes.length) {
    const [first, opcode] = [view.getUint8(at), view.getUint8(at) & 15];
    const isFinal = first >= 128;
    if ((opcode > 2 && opcode < 8) || opcode > 10) return standing(true);
    if (opcode > 7 ? !isFinal : (opcode === 0) !== isOpen) return standing(true);
    if (at + 2 > bytes.length) return standing(false);
    const short = view.getUint8(at + 1) & 127;
    const maskBytes = view.getUint8(at + 1) >= 128 ? 4 : 0;
    if (opcode > 7 && short > 125) return standing(true);
    let headEnd = at + 2;
    let size = BigInt(short);
    if (short > 125) {
      headEnd += short === 126 ? 2 : 8;
      if (headEnd > bytes.length) return standing(false);
      size = short === 126 ? BigInt(view.getUint16(at + 2)) : view.getBigUint64(at + 2);
      const least = short === 126 ? 126n : 65_536n;
      if (size < least || size >= 2n ** 53n) return standing(true);
    }
    headEnd += maskBytes;
    if (headEnd > bytes.length) return standing(false);
    if (opcode === 8 && size === 1n) return standing(true);
    if (BigInt(headEnd) + size > BigInt(bytes.length)) return standing(false);
    at = headEnd + Number(size);
    if (opcode < 8) isOpen = !isFinal;
    if (opcode === 8) return standing(false, true, !isOpen);
  }
  return standing(false, false, !isOpen);
}

describe('a WebSocket boundary', () => {
  test('is found between any frames, however cut', () => {
    fc.assert(
      fc.property(conversation, fc.array(fc.nat(), { maxLength: 30 }), (frames, cuts) => {
        const boundary = new WsBoundary();
        const ends = endsOf(frames);
        // Cuts that fall on the edges too: within heads, and right at the ends.
        const near = [...ends.frames].flatMap((end) => [end, end + 1, end + 3]);
        pushCut(boundary, concat(frames.map(bytesOf)), [...cuts, ...near], (at) => {
          expect(boundary.atBoundary).toBe(ends.frames.has(at));
          expect(boundary.isBetweenMessages).toBe(ends.messages.has(at));
        });
        expect([boundary.isBroken, boundary.isClosed, boundary.closeCode]).toEqual([
          false,
          false,
          0,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test('is where a message ends, when asked to stop there', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), (frames, cut) => {
        const bytes = concat(frames.map(bytesOf));
        const start = cut % (bytes.length + 1);
        const { messages } = endsOf(frames);
        const boundary = new WsBoundary();
        boundary.push(bytes.subarray(0, start));
        const taken = boundary.pushMessage(bytes.subarray(start));
        const next = [...messages].filter((end) => end > start).sort((a, b) => a - b);
        expect(start + taken).toBe(next[0] ?? bytes.length);
        expect(boundary.isBetweenMessages).toBe(messages.has(start + taken));
      }),
      { numRuns: 300 },
    );
  });

  test('is not within a head that is cut', () => {
    const boundary = new WsBoundary();
    for (const byte of Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4)) {
      boundary.push(Uint8Array.of(byte));
      expect(boundary.atBoundary).toBe(false);
    }
    boundary.push(new Uint8Array(65_535));
    expect(boundary.atBoundary).toBe(false);
    boundary.push(new Uint8Array(1));
    expect([boundary.atBoundary, boundary.isBetweenMessages]).toEqual([true, true]);
  });

  test('lies far behind a frame of nearly 2^53 bytes, and not behind a longer one', () => {
    const largest = new WsBoundary();
    largest.push(Uint8Array.of(0x82, 127, 0, 0x1f, 255, 255, 255, 255, 255, 255));
    expect([largest.isBroken, largest.atBoundary]).toEqual([false, false]);
    const larger = new WsBoundary();
    larger.push(Uint8Array.of(0x82, 127, 0, 0x20, 0, 0, 0, 0, 0, 0));
    expect(larger.isBroken).toBe(true);
  });

  test('is as a second parser says, for any bytes, and never throws', () => {
    // First bytes that often make sense, so that runs get past the first frame.
    const plausible = fc.tuple(
      fc.constantFrom(0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0xc1),
      fc.constantFrom(0, 1, 2, 0x80, 0x82, 126, 127, 254),
      fc.uint8Array({ maxLength: 12 }),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(plausible, { maxLength: 5 })
        .map((parts) =>
          concat(parts.map(([first, second, rest]) => Uint8Array.of(first, second, ...rest))),
        ),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 10 }), (garbage, cuts) => {
        const boundary = new WsBoundary();
        pushCut(boundary, garbage, cuts);
        const { isBroken, isClosed, isBetween } = reference(garbage);
        expect(boundary.isBroken).toBe(isBroken);
        expect(boundary.isClosed).toBe(isClosed);
        if (!isBroken) expect(boundary.isBetweenMessages).toBe(isBetween);
        else expect(boundary.atBoundary).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['a reserved opcode', '8300'],
    ['a reserved control opcode', '8b00'],
    ['a fragmented ping', '0900'],
    ['a long ping', '89fe'],
    ['a continuation of nothing', '8000'],
    ['a message within a message', '01008100'],
    ['a long form for a short length', '827e007d'],
    ['a close of one byte', '880103'],
  ])('%s is broken, for good', (_what, text) => {
    const boundary = new WsBoundary();
    boundary.push(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    expect([boundary.isBroken, boundary.atBoundary]).toEqual([true, false]);
    boundary.push(Uint8Array.of(0x81, 0));
    expect([boundary.isBroken, boundary.atBoundary]).toEqual([true, false]);
  });
});

describe('a close frame that goes by', () => {
  test('is told with its code once it is whole, masked or not, however cut', () => {
    const reason = fc.string({ unit: 'binary-ascii', maxLength: 123 });
    const code = fc.integer({ min: 1000, max: 4999 });
    fc.assert(
      fc.property(conversation, code, reason, mask, fc.array(fc.nat()), (frames, ...rest) => {
        const [number, why, key, cuts] = rest;
        const bytes = concat([...frames.map(bytesOf), closeFrame(number, why, key)]);
        const boundary = new WsBoundary();
        pushCut(boundary, bytes, [...cuts, bytes.length - 1, bytes.length], (at) => {
          expect(boundary.isClosed).toBe(at === bytes.length);
          expect(boundary.closeCode).toBe(at === bytes.length ? number : 0);
        });
        boundary.push(Uint8Array.of(0xff, 0xff, 0xff));
        expect([boundary.isBroken, boundary.closeCode]).toEqual([false, number]);
      }),
      { numRuns: 200 },
    );
  });

  test('without a code', () => {
    const boundary = new WsBoundary();
    boundary.push(Uint8Array.of(0x88, 0x80, 1, 2, 3, 4));
    expect([boundary.isClosed, boundary.closeCode]).toEqual([true, CLOSE_CODE_NONE]);
  });
});
