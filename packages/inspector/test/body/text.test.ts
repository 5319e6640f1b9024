import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText, TEXT_BYTES_MAX } from '../../src/body/text.ts';
import { MARKS_MAX, visibleText } from '../../src/body/visible-text.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('decodeText', () => {
  test.each([
    [[0x63, 0xc3, 0xa9], '', 'cé', 'utf-8', ''],
    [[0x63, 0xe9], 'ISO-8859-1', 'cé', 'windows-1252', ''],
    [[0x82, 0xa0], 'shift_jis', 'あ', 'shift_jis', ''],
    [[0xef, 0xbb, 0xbf, 0x61], '', 'a', 'utf-8', ''],
    [[0xff, 0xfe, 0x61, 0], '', 'a', 'utf-16le', ''],
    [[0xfe, 0xff, 0, 0x61], 'utf-16be', 'a', 'utf-16be', ''],
    [
      [0xff, 0xfe, 0x61, 0],
      'utf-8',
      'a',
      'utf-16le',
      'Labelled utf-8, but its byte order mark says utf-16le.',
    ],
    [[0x61], 'klingon', 'a', 'utf-8', '"klingon" is no known charset; read as utf-8.'],
    [[0x63, 0xe9, 0x73], '', 'cés', 'windows-1252', 'It is not utf-8; read as windows-1252.'],
    [
      [0x63, 0xe9, 0x61],
      'utf-8',
      'c\ufffda',
      'utf-8',
      'Some bytes are not utf-8; each is shown as \ufffd.',
    ],
    [[0x61, 0xc3], 'utf-8', 'a', 'utf-8', 'It ends within a character.'],
    [[], '', '', 'utf-8', ''],
  ])('%j as %j', (bytes, label, text, charset, note) => {
    expect(decodeText(Uint8Array.from(bytes), label)).toEqual({ text, charset, note });
  });

  test('a beginning may end within a character', () => {
    const { text, note } = decodeText(Uint8Array.from([0x61, 0xe2, 0x82]), 'utf-8', {
      isCut: true,
    });
    expect([text, note]).toEqual(['a', '']);
  });

  test('long text is cut, and says so', () => {
    const { text, note } = decodeText(new Uint8Array(TEXT_BYTES_MAX + 1).fill(97), '');
    expect(text.length).toBe(TEXT_BYTES_MAX);
    expect(note).toBe('Only the first 4194304 bytes are shown.');
  });

  test('gives something for anything', () => {
    const label = fc.oneof(fc.constantFrom('utf-8', 'utf-16le', 'gbk', 'euc-kr'), fc.string());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), label, fc.boolean(), (bytes, name, isCut) => {
        expect(decodeText(bytes, name, { isCut }).text.length).toBeLessThanOrEqual(600);
      }),
    );
  });

  test('gives what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.startsWith('\ufeff'));
        expect(decodeText(bytesOf(text), '')).toEqual({ text, charset: 'utf-8', note: '' });
      }),
    );
  });
});

describe('visibleText', () => {
  test.each([
    ['plain\tand\nlines\r\n', 'plain\tand\nlines\r\n'],
    ['a\u202eb', 'a\\u202eb'],
    ['a\u200bb', 'a\\u200bb'],
    ['\x1b[31mred', '\\u001b[31mred'],
    ['a\rb', 'a\\u000db'],
    ['\0\x7f\x85', '\\u0000\\u007f\\u0085'],
    ['\ufeffa', '\\ufeffa'],
    ['a\ud800b\udc00', 'a\\ud800b\\udc00'],
    ['\u{e0041}', '\\u{e0041}'],
    ['a\u200db', 'a\\u200db'],
    ['\u200da', '\\u200da'],
    ['é\u202e\u200d', 'é\\u202e\\u200d'],
    ['é\u200d\u200d', 'é\u200d\\u200d'],
    ['👩\u200d💻', '👩\u200d💻'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['é ü 漢字 😀', 'é ü 漢字 😀'],
  ])('%j', (text, shown) => {
    expect(visibleText(text).text).toBe(shown);
  });

  test('marks tell where and what', () => {
    expect(visibleText('a\u202e\x1bb\u200b\ud800')).toEqual({
      text: 'a\\u202e\\u001bb\\u200b\\ud800',
      marks: [
        { start: 1, end: 7, codePoint: 0x202e, kind: 'direction' },
        { start: 7, end: 13, codePoint: 0x1b, kind: 'control' },
        { start: 14, end: 20, codePoint: 0x200b, kind: 'invisible' },
        { start: 20, end: 26, codePoint: 0xd800, kind: 'surrogate' },
      ],
      isCut: false,
    });
  });

  test('of too many, all are replaced and the first are marked', () => {
    const { text, marks, isCut } = visibleText('\u202e'.repeat(100_000));
    expect([marks.length, isCut]).toEqual([MARKS_MAX, true]);
    expect(text).not.toContain('\u202e');
    expect(text.length).toBe(MARKS_MAX * 6 + 90_000);
  });

  test('undoing the marks gives the text back', () => {
    const hostile = fc.constantFrom('\u202e', '\x1b', '\ud800', '\u200d', '\r', '\n', 'a', '😀');
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.string())), (pieces) => {
        const text = pieces.join('');
        const { text: shown, marks } = visibleText(text);
        let back = '';
        let at = 0;
        for (const { start, end, codePoint } of marks) {
          back += shown.slice(at, start) + String.fromCodePoint(codePoint);
          at = end;
        }
        expect(back + shown.slice(at)).toBe(text);
        expect(visibleText(shown).marks).toEqual([]);
      }),
    );
  });
});
