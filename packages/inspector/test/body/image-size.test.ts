import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageSize } from '../../src/body/image-size.ts';

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const ascii = (text: string) => Buffer.from(text, 'latin1').toString('hex');

const images: Record<string, [hex: string, width: number, height: number]> = {
  png: ['89504e470d0a1a0a 0000000d 49484452 00000140 000000f0 0806000000', 320, 240],
  gif: [`${ascii('GIF89a')} 4001 f000 f7`, 320, 240],
  bmp: ['424d 36000000 0000 0000 36000000 28000000 40010000 10ffffff 0100', 320, 240],
  'bmp of OS/2': ['424d 36000000 0000 0000 1a000000 0c000000 4001 f000 0100', 320, 240],
  ico: ['00000100 0200 1010000001002000 0000000000000000 0020000001002000', 256, 32],
  'webp lossy': [
    `${ascii('RIFF')} 00000000 ${ascii('WEBPVP8 ')} 00000000 000000 9d012a 4041 f080`,
    320,
    240,
  ],
  'webp lossless': [
    `${ascii('RIFF')} 00000000 ${ascii('WEBPVP8L')} 00000000 2f 3fc13b00`,
    320,
    240,
  ],
  'webp extended': [
    `${ascii('RIFF')} 00000000 ${ascii('WEBPVP8X')} 0a000000 00000000 3f0100 ef0000`,
    320,
    240,
  ],
  jpeg: ['ffd8 ffe0 0004 0000 ffff ffdb 0003 00 ffc2 0011 08 00f0 0140 03', 320, 240],
};

describe.each(Object.entries(images))('%s', (name, [hex, width, height]) => {
  test('states its size', () => {
    expect(imageSize(fromHex(hex))).toEqual({ width, height });
  });

  test('cut off, states it or nothing', () => {
    const bytes = fromHex(hex);
    for (let end = 0; end < bytes.length; end++) {
      const size = imageSize(bytes.subarray(0, end));
      if (size !== undefined && name !== 'ico') expect(size).toEqual({ width, height });
    }
  });
});

test.each([
  ['<svg width="320" height="240px">', { width: 320, height: 240 }],
  ["<?xml version='1.0'?><svg viewBox='0 0 32.5, 24' width='100%'>", { width: 32.5, height: 24 }],
  ['<svg xmlns="x"><rect width="1" height="2"/>', undefined],
  ['<svg width="1e9" height="-3">', undefined],
])('%s', (text, size) => {
  expect(imageSize(new TextEncoder().encode(text))).toEqual(size);
});

test('of anything', () => {
  const heads = Object.values(images).map(([hex]) => fromHex(hex).subarray(0, 16));
  const head = fc.constantFrom(new Uint8Array(), new TextEncoder().encode('<svg '), ...heads);
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 100 }), (beginning, rest) => {
      const size = imageSize(Uint8Array.from([...beginning, ...rest]));
      expect(size === undefined || size.width >= 0).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('time: segments and attributes without end', () => {
  const started = performance.now();
  imageSize(fromHex(`ffd8${'ffe00002'.repeat(50_000)}`));
  imageSize(fromHex(`ffd8ff${'ff'.repeat(200_000)}`));
  for (const piece of [' width=', ' width ', ' width="', '<svg ', ' ', "='"]) {
    imageSize(new TextEncoder().encode(`<svg ${piece.repeat(20_000)}`));
  }
  expect(performance.now() - started).toBeLessThan(1000);
});
