import { ExtData, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCbor } from '../../src/messages/cbor.ts';
import { readMessagePack } from '../../src/messages/message-pack.ts';
import { isMessagePack } from '../../src/messages/message-pack-shape.ts';
import { valueText } from '../../src/messages/value-text.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** One line of what is shown. */
function shown(value: ReturnType<typeof readCbor>): string {
  return valueText(value, 10_000).replaceAll(/\n\s*/g, '');
}

describe('MessagePack', () => {
  test('is shown with all that it holds', () => {
    const value = {
      b: [1, -1, 1.5, null, true],
      10: 'ten',
      1: 2n ** 63n,
      raw: Uint8Array.of(0, 255),
      at: new Date(1_700_000_000_000),
      odd: new ExtData(5, Uint8Array.of(9)),
      none: {},
    };
    expect(shown(readMessagePack(encode(value, { useBigInt64: true })))).toBe(
      '{"1": 9223372036854775808,"10": "ten","b": [1,-1,1.5,null,true],"raw": h\'00ff\',' +
        '"at": 2023-11-14T22:13:20.000Z,"odd": extension 5(h\'09\'),"none": {}}',
    );
  });

  test('keeps keys in their order and kind', () => {
    expect(shown(readMessagePack(hex('83a17a010102c3a3796573')))).toBe('{"z": 1,1: 2,true: "yes"}');
  });

  test('takes what the encoder writes, and nothing that lacks or has a byte more', () => {
    const leaf = fc.oneof(
      ...[fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null)],
      fc.uint8Array(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.array(tie('node')),
        fc.dictionary(fc.string(), tie('node')),
      ),
      node: fc.oneof({ maxDepth: 4 }, leaf, tie('tree')),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = encode(value);
        expect(isMessagePack(bytes)).toBe(true);
        expect(isMessagePack(bytes.subarray(0, -1))).toBe(false);
        expect(isMessagePack(Uint8Array.of(...bytes, 0))).toBe(false);
        readMessagePack(bytes);
      }),
    );
  });

  test('announced larger than it is takes no memory', () => {
    expect(readMessagePack(hex('ddffffffff'))).toBeUndefined();
    const nested = new Uint8Array(200_000).fill(0x91);
    expect(readMessagePack(nested)).toBeUndefined();
    const wide = new Uint8Array(5 * 40_000);
    for (let at = 0; at < wide.length; at += 5) wide.set(hex('dd00002710'), at);
    expect(readMessagePack(wide)).toBeUndefined();
  });
});

/** Examples of RFC 8949 appendix A, inside of an array. */
describe('CBOR', () => {
  test.each([
    ['00', '0'],
    ['1bffffffffffffffff', '18446744073709551615'],
    ['20', '-1'],
    ['3bffffffffffffffff', '-18446744073709551616'],
    ['f90000', '0'],
    ['f98000', '-0'],
    ['f97bff', '65504'],
    ['f90001', '5.960464477539063e-8'],
    ['f97c00', 'Infinity'],
    ['f97e00', 'NaN'],
    ['fa47c35000', '100000'],
    ['fb3ff199999999999a', '1.1'],
    ['f4', 'false'],
    ['f6', 'null'],
    ['f7', 'undefined'],
    ['f0', 'simple(16)'],
    ['c074323031332d30332d32315432303a30343a30305a', 'tag 0("2013-03-21T20:04:00Z")'],
    ['4401020304', "h'01020304'"],
    ['62c3bc', '"ü"'],
    ['a201020304', '{1: 2,3: 4}'],
    ['5f42010243030405ff', "in pieces([h'0102',h'030405'])"],
    ['9f018202039f0405ffff', '[1,[2,3],[4,5]]'],
    ['bf61610161629f0203ffff', '{"a": 1,"b": [2,3]}'],
  ])('%s is %s', (bytes, text) => {
    expect(shown(readCbor(hex(`81${bytes}`)))).toBe(`[${text}]`);
  });

  test('is a map, an array or a tag, whole and bounded', () => {
    const bad = [
      '01',
      '6161',
      '8101ff',
      '82',
      '9f',
      '9bffffffffffffffff',
      '81ff',
      '811c',
      '8162c328',
    ];
    for (const one of bad) expect(readCbor(hex(one))).toBeUndefined();
    expect(readCbor(new Uint8Array(100_000).fill(0x81))).toBeUndefined();
    expect(readCbor(new Uint8Array(100_000).fill(0xc1))).toBeUndefined();
    expect(readCbor(Uint8Array.of(0x9f, ...new Uint8Array(20_000), 0xff))).toBeUndefined();
  });

  test('never throws', () => {
    const start = fc.constantFrom(0x81, 0x82, 0x9f, 0xa1, 0xbf, 0xc1, 0xd9);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 40 }), (first, rest) => {
        const bytes = Uint8Array.of(first, ...rest);
        valueText(readCbor(bytes), 1000);
        valueText(readMessagePack(bytes), 1000);
      }),
      { numRuns: 2000 },
    );
  });
});
