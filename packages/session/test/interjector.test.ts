import { messageFrame, TEXT, WsBoundary } from '@sellia/protocol';
import { INTERJECTIONS_MAX, Interjector } from '@sellia/session';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Piece {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly length: number;
}

/** Frames of an end; what they hold tells them from ours. */
const bytesOf = ({ opcode, isFinal, length }: Piece): Uint8Array => {
  const head = [(isFinal ? 0x80 : 0) | opcode];
  if (length < 126) head.push(length);
  else head.push(126, length >> 8, length & 0xff);
  return Uint8Array.from([...head, ...new Uint8Array(length).fill(0x61)]);
};
const own = (number: number) => messageFrame(TEXT, Buffer.from(`own ${number}`));

const control = fc.constantFrom(9, 10).map((opcode) => [{ opcode, isFinal: true, length: 3 }]);
const message = fc.array(fc.constantFrom(0, 1, 125, 126, 900), { minLength: 1, maxLength: 3 });
const messages: fc.Arbitrary<Piece[][]> = fc.array(
  fc.oneof(
    control,
    message.map((lengths) =>
      lengths.map((length, i) => ({
        opcode: i === 0 ? TEXT : 0,
        isFinal: i === lengths.length - 1,
        length,
      })),
    ),
  ),
  { maxLength: 6 },
);

describe('frames of our own', () => {
  test('go between messages, in order, and every other byte as it came, however it is cut', () => {
    fc.assert(
      fc.property(
        messages,
        fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 }),
        (conversation, steps) => {
          const ends = [0];
          for (const frames of conversation) {
            const size = frames.reduce((sum, frame) => sum + bytesOf(frame).length, 0);
            ends.push((ends.at(-1) as number) + size);
          }
          const bytes = Buffer.concat(conversation.flat().map(bytesOf));
          const passed: Uint8Array[] = [];
          /** Bytes of the ends that had passed before each of ours. */
          const places: number[] = [];
          let theirs = 0;
          const interjector = new Interjector(new WsBoundary(), (chunk, isOwn) => {
            if (isOwn) places.push(theirs);
            else theirs += chunk.length;
            passed.push(isOwn ? chunk : Uint8Array.from(chunk));
          });
          let [from, added] = [0, 0];
          const sorted = steps.map(([at, adds]) => [at % (bytes.length + 1), adds] as const);
          for (const [to, adds] of sorted.sort(([a], [b]) => a - b)) {
            interjector.push(bytes.subarray(from, to));
            from = to;
            if (adds) expect(interjector.add(own(added++))).toBe(true);
          }
          interjector.push(bytes.subarray(from));
          expect(places).toHaveLength(added);
          for (const place of places) expect(ends).toContain(place);
          // Ours taken out again, it is what came; and they are in order.
          const all = Buffer.concat(passed);
          let rest = all.toString('latin1');
          for (let i = 0; i < added; i++) {
            const text = Buffer.from(own(i)).toString('latin1');
            expect(rest).toContain(text);
            rest = rest.replace(text, '');
          }
          expect(rest).toBe(bytes.toString('latin1'));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('wait no longer than the message under way, and no more than a few of them', () => {
    const passed: boolean[] = [];
    const interjector = new Interjector(new WsBoundary(), (_chunk, isOwn) => passed.push(isOwn));
    interjector.push(Uint8Array.of(0x01, 1, 0x61));
    for (let i = 0; i < INTERJECTIONS_MAX; i++) expect(interjector.add(own(i))).toBe(true);
    expect(interjector.add(own(99))).toBe(false);
    interjector.push(Uint8Array.of(0x89, 0));
    expect(passed).toEqual([false, false]);
    interjector.push(Uint8Array.of(0x80, 1, 0x61, 0x81));
    const ours = new Array(INTERJECTIONS_MAX).fill(true);
    expect(passed).toEqual([false, false, false, ...ours, false]);
  });

  test.each([
    ['a close frame', [0x88, 0]],
    ['what is no WebSocket', [0xff, 0xff]],
  ])('are not taken behind %s', (_what, bytes) => {
    const interjector = new Interjector(new WsBoundary(), () => {});
    interjector.push(Uint8Array.from(bytes));
    expect(interjector.add(own(1))).toBe(false);
  });
});
