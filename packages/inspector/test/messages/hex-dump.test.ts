import { describe, expect, test } from 'vitest';
import { hexDump } from '../../src/messages/hex-dump.ts';
import { oneLine } from '../../src/messages/one-line.ts';

describe('a dump in hex', () => {
  test('has offsets, bytes and characters', () => {
    const bytes = new TextEncoder().encode('Hello, WebSocket!\u0000');
    expect(hexDump(bytes).split('\n')).toEqual([
      '00000000  48 65 6c 6c 6f 2c 20 57  65 62 53 6f 63 6b 65 74 |Hello, WebSocket|',
      '00000010  21 00                                            |!.|',
    ]);
  });

  test('is bounded, and says what is missing', () => {
    const lines = hexDump(new Uint8Array(100_000), 32).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('… 99968 bytes more');
    expect(hexDump(new Uint8Array())).toBe('');
  });
});

describe('a summary', () => {
  test('is one line without control characters', () => {
    expect(oneLine('a\r\n\tb\u0000c\u202ed\u2028 e')).toBe('a b c d e');
  });

  test('has at most 200 characters', () => {
    expect(oneLine('x'.repeat(200))).toBe('x'.repeat(200));
    expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
    expect(oneLine(`${'x'.repeat(198)}😀😀`).isWellFormed()).toBe(true);
    expect(oneLine(`a${' '.repeat(100_000)}b`)).toBe('a…');
  });
});
