import { describe, expect, test } from 'vitest';
import { asciiJson, printable, shortened } from '../src/index.ts';

describe('printable', () => {
  test('leaves what is seen as it is', () => {
    const seen = 'GET /path?q=1&r=ü~é漢字🚀 \\ "quoted"';
    expect(printable(seen)).toBe(seen);
  });

  test('escapes every C0 character, DEL and every C1 character as two hex digits', () => {
    const codes = [
      ...Array(0x20).keys(),
      0x7f,
      ...Array.from({ length: 0x20 }, (_, i) => 0x80 + i),
    ];
    for (const code of codes) {
      const hex = code.toString(16).padStart(2, '0');
      expect(printable(`a${String.fromCharCode(code)}b`)).toBe(`a\\x${hex}b`);
    }
  });

  test.each([
    ['clear screen', '\x1b[2J', '\\x1b[2J'],
    ['a title, 8-bit form', '\x9d0;owned\x9c', '\\x9d0;owned\\x9c'],
    ['a hyperlink', '\x1b]8;;http://x\x07', '\\x1b]8;;http://x\\x07'],
    ['carriage return over the line', '/a\rGET /b', '/a\\x0dGET /b'],
    ['right to left override', '/\u202egpj.exe', '/\\u{202e}gpj.exe'],
    ['isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['Arabic letter mark', '\u061c', '\\u{61c}'],
    [
      'zero width space and joiners',
      '\u200b\u200c\u200d\ufeff',
      '\\u{200b}\\u{200c}\\u{200d}\\u{feff}',
    ],
    ['soft hyphen and no-break space', '\u00ad\u00a0', '\\xad\\xa0'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['Hangul fillers', '\u3164\u115f', '\\u{3164}\\u{115f}'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ])('escapes %s', (_name, text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});

test('asciiJson holds nothing a terminal obeys, and reads back as the same value', () => {
  const value = { path: '/\x1b[2J\x7f\x9b\u202e\u200b🚀', n: 1 };
  const line = asciiJson(JSON.stringify(value));
  expect(line).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line)).toEqual(value);
});

describe('shortened', () => {
  test('keeps what fits', () => {
    expect(shortened('/abcdef', 7)).toBe('/abcdef');
  });

  test('cuts the middle and keeps both ends', () => {
    expect(shortened('/aaaaaaaaaabbbbbbbbbb', 9)).toBe('/aaa…bbbb');
  });

  test('measures the escaped form, so that no line grows past its columns', () => {
    expect(shortened('\x1b\x1b\x1b', 9)).toBe('\\x1b…\\x1b');
  });

  test('counts wide characters as two', () => {
    expect(shortened('漢字漢字', 8)).toBe('漢字漢字');
    expect(shortened('漢字漢字', 5)).toBe('漢…字');
  });

  test('gives a result of at most the columns for every width', () => {
    for (let columns = 1; columns < 30; columns += 1) {
      expect([...shortened(`/${'x'.repeat(100_000)}`, columns)].length).toBe(columns);
    }
  });
});
